//! What is refused, and the end of the dialog.

use dialogporten_enduser::apis::{self as eu_apis, enduser_api as eu};
use dialogporten_serviceowner::{
    apis::{self as so_apis, serviceowner_api as so},
    models::{self as som},
};

use crate::{
    client::Client,
    expect::{ok, only},
    given,
};

pub async fn play(client: &Client) {
    let dialog = client.dialog.as_str();
    let refused = |changed: som::CreateDialog| so::create_dialog(&client.owner, changed);
    let invalid = som::CreateDialog {
        party: Some("nobody".into()),
        progress: Some(Some(101)),
        ..given::least(0)
    };
    let errors = problem!(400, so_apis, so::CreateDialogError, refused(invalid))
        .errors
        .unwrap();
    let keys: Vec<_> = errors.keys().map(String::as_str).collect();
    assert!(
        keys.concat().contains("party") && keys.concat().contains("progress"),
        "{keys:?}"
    );
    ok("invalid");

    let key_used = som::CreateDialog {
        idempotent_key: Some(Some(format!("{}-key", given::name()))),
        ..given::least(0)
    };
    let errors = problem!(409, so_apis, so::CreateDialogError, refused(key_used))
        .errors
        .unwrap();
    assert!(
        errors
            .values()
            .flatten()
            .any(|message| message.contains(dialog))
    );
    ok("key-used");

    let id_used = som::CreateDialog {
        id: Some(Some(given::id("DIALOG"))),
        ..given::least(0)
    };
    let errors = problem!(422, so_apis, so::CreateDialogError, refused(id_used))
        .errors
        .unwrap();
    assert!(
        errors
            .values()
            .flatten()
            .any(|message| message.contains("already exists"))
    );
    ok("id-used");

    let other = client.transmission.to_string();
    problem!(
        404,
        so_apis,
        so::GetDialogError,
        so::get_dialog(&client.owner, &other, None)
    );
    ok("not-found");

    assert_eq!(
        refusal!(so_apis, so::get_dialog(&client.nobody, dialog, None)).0,
        401
    );
    ok("no-token");

    assert_eq!(
        refusal!(
            so_apis,
            so::get_dialog(&client.person_as_owner, dialog, None)
        )
        .0,
        403
    );
    ok("wrong-token");

    assert_eq!(
        refusal!(eu_apis, eu::get_dialog(&client.stranger, dialog, None)).0,
        403
    );
    ok("stranger");
}

pub async fn end(client: &Client) {
    let (owner, dialog) = (&client.owner, client.dialog.as_str());
    so::delete_dialog(owner, dialog, None).await.unwrap();
    problem!(
        410,
        so_apis,
        so::DeleteDialogError,
        so::delete_dialog(owner, dialog, None)
    );
    problem!(
        410,
        eu_apis,
        eu::GetDialogError,
        eu::get_dialog(&client.person, dialog, None)
    );
    client.read().await.deleted_at.flatten().unwrap();
    ok("delete");

    let found = only(client.deleted().await.items.unwrap());
    assert_eq!(found.id.to_string(), dialog);
    ok("search-deleted");

    so::restore_dialog(owner, dialog, None).await.unwrap();
    assert_eq!(client.opens().await.id.to_string(), dialog);
    ok("restore");

    so::purge_dialog(owner, dialog, None).await.unwrap();
    problem!(
        404,
        so_apis,
        so::GetDialogError,
        so::get_dialog(owner, dialog, None)
    );
    ok("purge");
}
