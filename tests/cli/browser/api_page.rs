//! The page of the OpenAPI documents.

use super::tab::Tab;
use crate::support::{Folder, Server};

#[test]
fn the_api_page_shows_the_documents_and_tries_operations_with_a_token() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    tab.goes_to("/scalar");
    tab.reads("#reference h1", "Dialogporten ServiceOwner");
    let purge = "#operations-Serviceowner-PurgeDialog";
    tab.sees(&format!("document.querySelector('{purge}')"));
    tab.chooses("#identity", "Test Ministry");
    tab.reads("#told", "The token is in its field.");
    tries(&mut tab, "#operations-Metadata-GetLimits");

    tab.chooses("#document", "Dialogporten EndUser");
    tab.reads("#reference h1", "Dialogporten EndUser");
    tab.sees(&format!("!document.querySelector('{purge}')"));
    tab.chooses("#identity", "FØRSTE DEMOPERSON");
    tab.sees("document.querySelector('#token').value.startsWith('ey')");
    let parties = "#operations-Enduser-GetParties";
    tries(&mut tab, parties);
    tab.reads(
        &format!("{parties} .live-responses-table tbody .response-col_description"),
        "DEMOBEDRIFT AS",
    );
    tab.is_content();

    // Without a token the same operation is refused, which the browser's console holds against nobody but us.
    tab.chooses("#identity", "nobody");
    tab.sees("document.querySelector('#token').value === ''");
    tab.clicks(&format!("{parties} .execute"));
    tab.reads(
        &format!("{parties} .live-responses-table tbody .response-col_status"),
        "401",
    );
}

/// Opens an operation, sends it, and is answered.
fn tries(tab: &mut Tab, operation: &str) {
    tab.clicks(&format!("{operation} .opblock-summary-control"));
    // Swagger UI offers to send it before it has put it together; no hand is as quick as that.
    tab.sees(&format!(
        "document.querySelector('{operation} .responses-wrapper .response')"
    ));
    tab.clicks(&format!("{operation} .execute"));
    tab.reads(
        &format!("{operation} .live-responses-table tbody .response-col_status"),
        "200",
    );
}
