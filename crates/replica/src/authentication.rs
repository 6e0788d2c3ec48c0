//! What a plugin answers to the server.

use mysql_common::auth::plugins::{AuthProc, ChallengeResponsePlugin, Context, Error as PluginError};
use mysql_common::packets::AuthPlugin;

use crate::error::{Error, Exposed};
use crate::options::Options;

/// One plugin at work.
pub(crate) struct Authentication<'o> {
    options: &'o Options,
    process: AuthProc,
    name: String,
    /// The random bytes of the server that this plugin works on.
    scramble: Vec<u8>,
    tls: bool,
}

struct At<'a>(&'a Options, &'a [u8], bool);

impl Context for At<'_> {
    fn pass(&self) -> &[u8] {
        self.0.password.bytes()
    }
    fn is_ipc_transport(&self) -> bool {
        false
    }
    fn is_tls_transport(&self) -> bool {
        self.2
    }
    fn scramble(&self) -> &[u8] {
        self.1
    }
    fn server_key_pem(&self) -> Option<&[u8]> {
        None
    }
}

/// Asks for the server's RSA key.
const KEY_REQUESTS: [&[u8]; 2] = [&[1], &[2]];

impl<'o> Authentication<'o> {
    /// By the plugin's name; the password hash from before 4.1 is refused.
    pub(crate) fn new(options: &'o Options, plugin: &[u8], scramble: Vec<u8>, tls: bool) -> Result<Self, Error> {
        let name = String::from_utf8_lossy(plugin).into_owned();
        let plugin = AuthPlugin::from_bytes(plugin);
        if matches!(plugin, AuthPlugin::MysqlOldPassword) {
            return Err(Error::InsecurePassword(Exposed::Plugin("mysql_old_password")));
        }
        if matches!(plugin, AuthPlugin::MysqlClearPassword) && !tls {
            return Err(Error::InsecurePassword(Exposed::Plugin("mysql_clear_password")));
        }
        let process = plugin.init().map_err(|_| Error::Plugin(name.clone()))?;
        Ok(Self { options, process, name, scramble, tls })
    }

    /// The first answer, to the random bytes.
    pub(crate) fn begin(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let scramble = self.scramble.clone();
        self.step(&scramble)
    }

    /// The next answer, if there is one. `challenge` is what the server said, without the byte 01 before it.
    pub(crate) fn step(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let response = self.process.run(At(self.options, &self.scramble, self.tls), challenge);
        let response =
            response.map_err(|error: PluginError| Error::Authentication(self.name.clone(), error.to_string()))?;
        let answer = response.data().map(<[u8]>::to_vec);
        let asks = answer.as_deref().is_some_and(|answer| KEY_REQUESTS.contains(&answer));
        if asks && !self.options.get_server_public_key {
            return Err(Error::InsecurePassword(Exposed::ServerKey));
        }
        Ok(answer)
    }
}
