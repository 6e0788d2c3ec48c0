use std::collections::BTreeMap;

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType, Module as Encoded, NameMap,
    NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{Parser, Payload, Validator};

use super::reading::Module;
use super::split_module;

/// Functions: 0 is the loader, 1 another import; the rest are defined, in this order.
const NAMES: [&str; 7] = ["start", "shown", "counted", "only_counted", "both", "listed_counted", "recursive_counted"];
const FIRST_DEFINED: u32 = 2;

fn index(name: &str) -> u32 {
    FIRST_DEFINED + NAMES.iter().position(|known| *known == name).expect("a name of the module") as u32
}

/// `start` calls `shown` and `counted`; `counted` calls `only_counted`, `both`, an import, and through the table;
/// `listed_counted` stands in the table only.
fn module(loader: &str) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32, ValType::I64], [ValType::I64]);
    let mut imports = ImportSection::new();
    imports.import("./worker_bg.js", loader, EntityType::Function(0));
    imports.import("./worker_bg.js", "log", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    for name in NAMES {
        functions.function(u32::from(name != "start"));
    }
    let mut tables = TableSection::new();
    let table = TableType { element_type: RefType::FUNCREF, table64: false, minimum: 4, maximum: None, shared: false };
    tables.table(table);
    let mut memories = MemorySection::new();
    let memory = MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
    memories.memory(memory);
    let mut globals = GlobalSection::new();
    let global = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(global, &ConstExpr::i32_const(1024));
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("start", ExportKind::Func, index("start"));
    let mut elements = ElementSection::new();
    let listed = [index("listed_counted"), index("both")];
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions((&listed).into()));
    let mut code = CodeSection::new();
    let call = |name: &str| Instruction::Call(index(name));
    let pass = |body: &mut Function| {
        body.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::LocalGet(1));
    };
    for name in NAMES {
        let mut body = Function::new([]);
        match name {
            "start" => {
                for callee in ["shown", "counted"] {
                    body.instruction(&Instruction::I32Const(7)).instruction(&Instruction::I64Const(35));
                    body.instruction(&call(callee)).instruction(&Instruction::Drop);
                }
            }
            "counted" => {
                body.instruction(&Instruction::Call(1));
                for callee in ["only_counted", "both", "recursive_counted"] {
                    pass(&mut body);
                    body.instruction(&call(callee)).instruction(&Instruction::Drop);
                }
                pass(&mut body);
                body.instruction(&Instruction::GlobalGet(0));
                body.instruction(&Instruction::CallIndirect { type_index: 1, table_index: 0 });
            }
            "recursive_counted" => {
                pass(&mut body);
                body.instruction(&call("recursive_counted"));
            }
            "shown" => {
                pass(&mut body);
                body.instruction(&call("both"));
            }
            _ => {
                body.instruction(&Instruction::LocalGet(1));
            }
        }
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut names = NameSection::new();
    let mut map = NameMap::new();
    NAMES.iter().for_each(|name| map.append(index(name), name));
    names.functions(&map);
    let mut encoded = Encoded::new();
    encoded.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    encoded.section(&globals).section(&exports).section(&elements).section(&code).section(&names);
    encoded.finish()
}

fn is_counted(name: &str) -> bool {
    name == "counted" || name == "listed_counted"
}

fn imports(bytes: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ImportSection(imports) = payload.expect("a module") {
            for import in imports.into_imports() {
                let import = import.expect("an import");
                found.push((import.module.into(), import.name.into()));
            }
        }
    }
    found
}

fn exports(bytes: &[u8]) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ExportSection(exports) = payload.expect("a module") {
            found.extend(
                exports.into_iter().map(|export| export.map(|it| (it.name.into(), it.index)).expect("an export")),
            );
        }
    }
    found
}

#[test]
fn what_is_named_moves_with_all_that_only_it_calls() {
    let bytes = module("__wbg_loadLater_0123");
    let read = Module::read(&bytes).expect("it reads");
    assert_eq!(read.loader(), Some(0));
    let moved = read.moved(&is_counted);
    let moved: Vec<&str> = NAMES.iter().zip(moved).filter_map(|(name, moves)| moves.then_some(*name)).collect();
    // `both` is called by what stays, too; `recursive_counted` also by itself, which is no reason to stay.
    assert_eq!(moved, ["counted", "only_counted", "listed_counted", "recursive_counted"]);
    // What is exported stays, whatever its name.
    assert!(!read.moved(&|name| name == "start")[0]);
}

#[test]
fn both_modules_are_valid_and_the_second_one_imports_what_the_first_exports() {
    let bytes = module("__wbg_loadLater_0123");
    Validator::new().validate_all(&bytes).expect("the whole is valid");
    let (first, later) = split_module(&bytes, &is_counted).expect("it splits");
    Validator::new().validate_all(&first).expect("the first is valid");
    Validator::new().validate_all(&later).expect("the second is valid");
    let exported = exports(&first);
    for (module, name) in imports(&later) {
        assert_eq!(module, "first");
        assert!(exported.contains_key(&name), "{name} is not exported");
    }
    assert!(exported.contains_key("memory") && exported.contains_key("start") && exported.contains_key("later"));
    // The first one is asked for the same by its script as before.
    assert_eq!(imports(&first), imports(&bytes));
    let (whole, first, later) = (
        Module::read(&bytes).expect("it reads"),
        Module::read(&first).expect("it reads"),
        Module::read(&later).expect("it reads"),
    );
    // Two stubs: for `counted`, and for the one in the table. What only moved functions call has none.
    assert_eq!(first.functions.len(), whole.functions.len() - 2);
    assert_eq!(later.functions.len(), 4);
    assert_eq!(later.listed.len(), 2);
    let stubs = first.functions.iter().filter(|function| function.uses == [0]).count();
    assert_eq!(stubs, 2);
}

#[test]
fn a_module_that_cannot_be_split_is_told() {
    let without = module("__wbg_somethingElse_0123");
    assert!(split_module(&without, &is_counted).expect_err("no loader").contains("fetches"));
    let none = split_module(&module("__wbg_loadLater_0123"), &|_| false);
    assert!(none.expect_err("nothing moves").contains("name"));
}
