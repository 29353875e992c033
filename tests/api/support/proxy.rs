//! Stands between a server and its database and counts what the server asks and what it is answered.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// The code that stands in the place of a version where a client asks for TLS.
const TLS_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// Listens on a socket of its own, in a folder with a short name: paths of sockets may not be long.
pub struct Proxy {
    /// How to reach the database through this proxy.
    pub options: PgConnectOptions,
    statements: Arc<Mutex<Vec<String>>>,
    answered: Arc<AtomicUsize>,
    /// Whether connections are let through; what is cut off stays so.
    open: watch::Sender<bool>,
    folder: PathBuf,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Proxy {
    /// A proxy to `database`.
    pub fn open(database: &PgConnectOptions) -> Self {
        let unique = dialogporten::dialog::id::random().simple().to_string();
        let folder = std::env::temp_dir().join(format!("proxy-{}", &unique[..16]));
        fs::create_dir_all(&folder).unwrap();
        let name = format!(".s.PGSQL.{}", database.get_port());
        let upstream = database.get_socket().expect("a local database").join(&name);
        let listener = UnixListener::bind(folder.join(name)).unwrap();
        let statements = Arc::<Mutex<Vec<String>>>::default();
        let heard = statements.clone();
        let answered = Arc::<AtomicUsize>::default();
        let counted = answered.clone();
        let (open, mut passes) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !*passes.borrow_and_update() {
                    continue;
                }
                let server = UnixStream::connect(&upstream).await.unwrap();
                let mut passes = passes.clone();
                let (heard, counted) = (heard.clone(), counted.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = relay(client, server, heard, counted) => {}
                        _ = passes.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self {
            options: database.clone().socket(&folder),
            statements,
            answered,
            open,
            folder,
        }
    }

    /// Ends all connections and refuses new ones.
    pub fn cuts_off(&self) {
        self.open.send_replace(false);
    }

    /// Lets new connections through again.
    pub fn lets_pass(&self) {
        self.open.send_replace(true);
    }

    /// What has been executed since the last call: the names of prepared statements, and the texts of others.
    pub fn executed(&self) -> Vec<String> {
        std::mem::take(&mut self.statements.lock().unwrap())
    }

    /// How many bytes the database has answered since the last call.
    pub fn answered(&self) -> usize {
        self.answered.swap(0, Ordering::Relaxed)
    }
}

async fn relay(
    client: UnixStream,
    server: UnixStream,
    heard: Arc<Mutex<Vec<String>>>,
    answered: Arc<AtomicUsize>,
) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Either end closes both.
    tokio::select! {
        _ = listen(from_client, to_server, &heard) => {}
        _ = answer(from_server, to_client, &answered) => {}
    }
}

async fn answer(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    answered: &AtomicUsize,
) -> io::Result<()> {
    let mut buffer = vec![0; 65_536];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        answered.fetch_add(length, Ordering::Relaxed);
        to.write_all(&buffer[..length]).await?;
    }
}

async fn listen(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    heard: &Mutex<Vec<String>>,
) -> io::Result<()> {
    // The first messages of a connection have no type.
    while message(&mut from, &mut to).await?.starts_with(&TLS_REQUEST) {}
    let mut bound = String::new();
    loop {
        let kind = from.read_u8().await?;
        to.write_u8(kind).await?;
        let body = message(&mut from, &mut to).await?;
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        match kind {
            // What each new connection asks first is no request's.
            b'Q' if text(&body).starts_with("SELECT pg_is_in_recovery()") => {}
            b'Q' => heard.lock().unwrap().push(text(&body)),
            // Portal, then statement.
            b'B' => bound = text(body.split(|byte| *byte == 0).nth(1).unwrap_or_default()),
            b'E' => heard.lock().unwrap().push(bound.clone()),
            _ => {}
        }
    }
}

/// Passes one message on: its length, which counts itself, and its body.
async fn message(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut body = vec![0; length as usize - 4];
    from.read_exact(&mut body).await?;
    to.write_u32(length).await?;
    to.write_all(&body).await?;
    Ok(body)
}
