//! A Go type as text → what it is on the wire → its Rust type. The only place that knows the mapping table of the models.
use super::facts::Models;
use proc_macro2::TokenStream;
use quote::quote;

/// What a Go type means for JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum GoType {
    String,
    Bool,
    Int,
    Float,
    /// Any JSON value.
    Any,
    /// A JSON object with free keys.
    Object,
    /// `true`, or a text that means it.
    LooseBool,
    Enum(String),
    Struct(String),
    List(Box<GoType>),
    Map(Box<GoType>),
    Pointer(Box<GoType>),
}

/// A Rust type and how its zero is recognised.
pub struct Rust {
    pub tokens: TokenStream,
    /// An expression on `value` (a reference) that is true at Go's zero; None where omitempty has no effect.
    pub is_empty: Option<TokenStream>,
}

impl GoType {
    /// Reads a Go type; None when it is not known to go over the wire.
    pub fn parse(text: &str, models: &Models) -> Option<GoType> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('*') {
            return Some(GoType::Pointer(Box::new(Self::parse(rest, models)?)));
        }
        match text {
            "[]byte" | "string" | "time.Time" => return Some(GoType::String),
            "bool" => return Some(GoType::Bool),
            "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16"
            | "uint32" | "uint64" | "time.Duration" | "Bitmask" => return Some(GoType::Int),
            "float32" | "float64" => return Some(GoType::Float),
            "any" | "json.RawMessage" | "interface{}" => return Some(GoType::Any),
            "map[string]any" | "StringInterface" => return Some(GoType::Object),
            "SlackCompatibleBool" => return Some(GoType::LooseBool),
            _ => {}
        }
        if let Some(rest) = text.strip_prefix("[]") {
            return Some(GoType::List(Box::new(
                Self::parse(rest, models)?.unpointed(),
            )));
        }
        if let Some(rest) = text.strip_prefix("map[string]") {
            return Some(GoType::Map(Box::new(
                Self::parse(rest, models)?.unpointed(),
            )));
        }
        if models.structs.contains_key(text) {
            return Some(GoType::Struct(text.to_owned()));
        }
        if let Some(inner) = models.collections.get(text) {
            return Self::parse(inner, models);
        }
        let named = models.named.get(text)?;
        match named.base.as_str() {
            "string" => Some(GoType::Enum(text.to_owned())),
            _ => Some(GoType::Int),
        }
    }

    /// Elements of lists and maps are values: a nil element does not occur on the wire.
    fn unpointed(self) -> GoType {
        match self {
            GoType::Pointer(inner) => *inner,
            other => other,
        }
    }

    /// The struct this value holds in place (not behind a list or map), if any.
    pub fn held_struct(&self) -> Option<&str> {
        match self {
            GoType::Struct(name) => Some(name),
            GoType::Pointer(inner) => inner.held_struct(),
            _ => None,
        }
    }

    /// The plain type, as inside a list or behind a pointer.
    pub fn plain(&self) -> TokenStream {
        match self {
            GoType::String => quote!(String),
            GoType::Bool => quote!(bool),
            GoType::Int => quote!(i64),
            GoType::Float => quote!(f64),
            GoType::Any => quote!(serde_json::Value),
            GoType::Object => quote!(serde_json::Map<String, serde_json::Value>),
            GoType::LooseBool => quote!(crate::wire::LooseBool),
            GoType::Enum(name) | GoType::Struct(name) => {
                let name = crate::names::ident(name);
                quote!(#name)
            }
            GoType::List(inner) => {
                let inner = inner.plain();
                quote!(Vec<#inner>)
            }
            GoType::Map(inner) => {
                let inner = inner.plain();
                quote!(std::collections::BTreeMap<String, #inner>)
            }
            GoType::Pointer(inner) => {
                let inner = inner.plain();
                quote!(Option<#inner>)
            }
        }
    }

    /// The type of a struct field. `boxed`: the field would make the struct hold itself.
    pub fn as_field(&self, omitempty: bool, boxed: bool) -> Rust {
        let plain = self.plain();
        let (tokens, is_empty) = match self {
            GoType::Pointer(inner) if boxed => {
                let inner = inner.plain();
                (quote!(Option<Box<#inner>>), Some(quote!(value.is_none())))
            }
            GoType::Pointer(_) => (plain, Some(quote!(value.is_none()))),
            GoType::List(_) | GoType::Map(_) | GoType::Object if omitempty => {
                (plain, Some(quote!(value.is_empty())))
            }
            GoType::List(_) | GoType::Map(_) | GoType::Object => (quote!(Option<#plain>), None),
            GoType::String | GoType::Enum(_) => (plain, Some(quote!(value.is_empty()))),
            GoType::Bool => (plain, Some(quote!(!*value))),
            GoType::Int => (plain, Some(quote!(*value == 0))),
            GoType::Float => (plain, Some(quote!(*value == 0.0))),
            GoType::Any => (plain, Some(quote!(value.is_null()))),
            GoType::LooseBool => (plain, Some(quote!(!value.0))),
            GoType::Struct(_) => (plain, None),
        };
        Rust {
            tokens,
            is_empty: if omitempty { is_empty } else { None },
        }
    }
}
