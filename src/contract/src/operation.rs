//! One row of the `OPERATIONS` table: everything known about an operation without looking at its code.

/// An error answered by rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub id: &'static str,
}

/// Where the id of the guarded object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Path(&'static str),
    Query(&'static str),
    Body(&'static str),
}

/// Who may call an operation; `any`: one of these permissions is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Refused to everybody: the rule is not decided yet.
    Nobody,
    Public,
    Session,
    System {
        any: &'static [&'static str],
    },
    Team {
        from: Source,
        any: &'static [&'static str],
    },
    Channel {
        from: Source,
        any: &'static [&'static str],
    },
    Post {
        from: Source,
        any: &'static [&'static str],
    },
    /// Oneself, or somebody with one of these permissions.
    User {
        from: Source,
        self_or: &'static [&'static str],
    },
    /// Decided in the domain, for the given reason.
    InDomain {
        reason: &'static str,
    },
}

impl Access {
    /// Where the id of the guarded object comes from, if the rule has an object.
    pub fn source(&self) -> Option<Source> {
        match self {
            Access::Team { from, .. }
            | Access::Channel { from, .. }
            | Access::Post { from, .. }
            | Access::User { from, .. } => Some(*from),
            Access::Nobody
            | Access::Public
            | Access::Session
            | Access::System { .. }
            | Access::InDomain { .. } => None,
        }
    }
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Implemented,
    Pending,
    /// Answers as a server without a licence does.
    Licensed(Refusal),
    /// Served outside the generated router.
    ByHand,
}

/// Characters a path parameter matches; what does not match is another path, so 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Alnum,
    Word,
    Slug,
    Dotted,
    Emoji,
    LowerWord,
    Digits,
    Zip,
    /// The rest of the path, slashes included.
    Rest,
}

impl Class {
    /// Does one segment (for `Rest`: the whole rest) match?
    pub fn matches(self, text: &str) -> bool {
        let all = |extra: &[u8]| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || extra.contains(&b))
        };
        !text.is_empty()
            && match self {
                Class::Alnum => all(b""),
                Class::Word => all(b"_"),
                Class::Slug => all(b"_-"),
                Class::Dotted => all(b"_-."),
                Class::Emoji => all(b"_-+"),
                Class::LowerWord => text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                Class::Digits => text.bytes().all(|b| b.is_ascii_digit()),
                Class::Zip => text.len() > 4 && text.ends_with(".zip"),
                Class::Rest => true,
            }
    }
}

/// How a path parameter is checked before anything of the request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    None,
    /// 26 letters and digits.
    Id,
    /// The same, or `me`.
    UserId,
    /// Anything, or `me`.
    Me,
}

/// A path parameter, in the order of the path.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub class: Class,
    pub check: Check,
}

/// A limit of its own, per client address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    None,
    Json { list: bool, lenient: bool },
    Raw,
}

/// Everything known about an operation.
#[derive(Debug)]
pub struct Operation {
    pub id: &'static str,
    pub tag: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub params: &'static [Param],
    /// The status of success.
    pub status: u16,
    pub access: Access,
    /// What a refusal looks like where it is not 403 `api.context.permissions.app_error`.
    pub refusal: Option<Refusal>,
    pub scope: Scope,
    /// No session: 401 before anything else.
    pub session_required: bool,
    /// Refused while multi-factor sign-in is enforced and not set up.
    pub mfa_required: bool,
    /// No CSRF check.
    pub trust_requester: bool,
    /// 503 while the server is busy.
    pub busy_503: bool,
    /// Wants a cloud or remote-cluster token instead of a session.
    pub special_token: bool,
    pub rate: Option<Rate>,
    /// Takes files: its bodies are bounded by the file size limit.
    pub files: bool,
    /// HEAD is answered too.
    pub head: bool,
    /// What a body that cannot be read is answered with, where that is not the general error.
    pub bad_body: Option<Refusal>,
    /// Most bytes its body may have, where that is not the general limit.
    pub body_limit: Option<u64>,
    /// Official clients that call it: `mobile`, `web`, `desktop`, comma separated.
    pub clients: &'static str,
    /// Its number among the 41 mobile endpoints, or 0.
    pub mobile: u16,
    pub(crate) body: BodyKind,
    pub(crate) body_after_access: bool,
    pub(crate) refuse_null: bool,
}

impl Operation {
    /// May it change anything? Then it runs in a task of its own.
    pub fn mutates(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD")
    }
}

/// The operation with this id.
pub fn operation(id: &str) -> Option<&'static Operation> {
    crate::OPERATIONS.iter().find(|op| op.id == id)
}
