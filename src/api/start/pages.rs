//! The pages themselves and what they load.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    extract::{Extension, Path},
    http::HeaderMap,
    response::Response,
};

use crate::http::{
    layers::path::AskedPath,
    pages::{Files, document, root},
};

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        Files::new([$(($name, Bytes::from_static(include_bytes!(concat!("files/", $name))))),+])
    };
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    files![
        "api.js",
        "dialog.js",
        "element.js",
        "identities.js",
        "inbox.js",
        "labels.js",
        "start.js",
        "style.css",
        "texts.js",
        "transmissions.js",
    ]
});

/// GET `/`: who one can be, and the first steps.
pub async fn start(asked: Option<Extension<AskedPath>>) -> Response {
    shown(include_str!("files/start.html"), asked)
}

/// GET `/inbox`: dialogs, as the one who was chosen sees them.
pub async fn inbox(asked: Option<Extension<AskedPath>>) -> Response {
    shown(include_str!("files/inbox.html"), asked)
}

/// GET `/start/files/{digest}/{name}`
pub async fn file(Path((digest, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    FILES.answer(&digest, &name, &asked)
}

/// The path of the script that knows who one can be, without a slash before it.
pub fn identities_script() -> String {
    format!("start/files/{}/identities.js", FILES.digest())
}

fn shown(page: &str, asked: Option<Extension<AskedPath>>) -> Response {
    let asked = asked.map(|Extension(AskedPath(path))| path);
    let root = root(&asked.unwrap_or_default(), 0);
    let files = format!("{root}start/files/{}/", FILES.digest());
    document(page.replace("{files}", &files).replace("{root}", &root))
}
