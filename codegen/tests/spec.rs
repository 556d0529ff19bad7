//! The project's own specification: it fits together, and ordinary tools can read the corrected document.
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_corrected_document_is_one_that_ordinary_tools_read() -> anyhow::Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let document = codegen::corrected_openapi(&spec)?;
    let typed: openapiv3::OpenAPI = serde_json::from_value(document)?;
    let mut ids = BTreeSet::new();
    for (path, method, operation) in typed.operations() {
        let id = operation.operation_id.clone().unwrap_or_default();
        assert!(!id.is_empty(), "{method} {path} has no id");
        assert!(ids.insert(id.clone()), "{id} is there twice");
        assert_eq!(operation.tags.len(), 1, "{id} has one tag");
    }
    assert!(ids.len() > 500, "only {} operations", ids.len());
    Ok(())
}

/// A tag is a trait and a file; one that grows too large is split.
#[test]
fn no_tag_is_huge() -> anyhow::Result<()> {
    let spec = codegen::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"))?;
    let mut sizes = std::collections::BTreeMap::new();
    for op in &spec.ops {
        *sizes.entry(op.tag.as_str()).or_insert(0) += 1;
    }
    let huge: Vec<_> = sizes.iter().filter(|(_, n)| **n > 32).collect();
    assert!(huge.is_empty(), "{huge:?}");
    Ok(())
}
