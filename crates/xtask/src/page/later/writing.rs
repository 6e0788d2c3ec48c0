//! The two modules.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, Instruction, Module as Encoded, RefType, TableSection, TableType, TypeSection,
};
use wasmparser::{CodeSectionReader, Operator, Parser, Payload};

use super::reading::Module;

/// The module's name in the second one's imports: the boot script hands it the first one's exports.
const FIRST: &str = "first";

/// Begins the names of what the first module exports for the second one.
const PREFIX: &str = "later_";

/// Name of the export that is the table of moved functions.
const TABLE: &str = "later";

type Error = reencode::Error<Missing>;

/// A module names a function that is in the other one: a mistake here.
#[derive(Debug)]
pub struct Missing(u32);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {} is named where it is not", self.0)
    }
}

impl std::error::Error for Missing {}

fn number_of(numbers: &BTreeMap<u32, u32>, index: u32) -> Result<u32, Error> {
    numbers.get(&index).copied().ok_or(reencode::Error::UserError(Missing(index)))
}

/// Where each function is called from, and by which number.
struct Plan<'a> {
    module: &'a Module,
    moved: &'a [bool],
    /// Moved functions that the first module calls: their place in the table.
    slots: BTreeMap<u32, u32>,
    /// Functions that stay, or are imported, which the second module calls.
    lent: BTreeSet<u32>,
    loader: u32,
}

impl<'a> Plan<'a> {
    fn new(module: &'a Module, moved: &'a [bool], loader: u32) -> Self {
        let mut plan = Self { module, moved, slots: BTreeMap::new(), lent: BTreeSet::new(), loader };
        let mut lent = BTreeSet::new();
        let mut wanted: BTreeSet<u32> = module.named.iter().chain(&module.listed).copied().collect();
        for (function, moves) in module.functions.iter().zip(moved) {
            match moves {
                false => wanted.extend(&function.uses),
                true => lent.extend(&function.uses),
            }
        }
        lent.retain(|index| !plan.moves(*index));
        plan.lent = lent;
        wanted.retain(|index| plan.moves(*index));
        plan.slots = wanted.into_iter().zip(0..).collect();
        plan
    }

    fn moves(&self, index: u32) -> bool {
        self.module.function(index).is_some_and(|(at, _)| self.moved[at])
    }

    /// The table that stands behind the module's own ones.
    fn table(&self) -> u32 {
        self.module.tables.len() as u32
    }

    /// Indices of all functions that a module defines.
    fn defined(&self) -> impl Iterator<Item = u32> {
        let imports = self.module.imports.len() as u32;
        (imports..).take(self.module.functions.len())
    }

    /// Stands in the first module for a moved function.
    fn stub(&self, index: u32, slot: u32) -> Function {
        let kind = self.module.kind(index);
        let mut stub = Function::new([]);
        let place = Instruction::I32Const(slot as i32);
        stub.instruction(&place).instruction(&Instruction::TableGet(self.table())).instruction(&Instruction::RefIsNull);
        stub.instruction(&Instruction::If(wasm_encoder::BlockType::Empty));
        stub.instruction(&Instruction::Call(self.loader)).instruction(&Instruction::End);
        for parameter in 0..self.module.parameters[kind as usize] as u32 {
            stub.instruction(&Instruction::LocalGet(parameter));
        }
        stub.instruction(&place);
        stub.instruction(&Instruction::CallIndirect { type_index: kind, table_index: self.table() });
        stub.instruction(&Instruction::End);
        stub
    }

    fn table_type(&self) -> TableType {
        let size = self.slots.len() as u64;
        TableType { element_type: RefType::FUNCREF, table64: false, minimum: size, maximum: Some(size), shared: false }
    }
}

/// Writes both: the one that stays and the one that is wanted later.
pub fn write(bytes: &[u8], module: &Module, moved: &[bool], loader: u32) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let plan = Plan::new(module, moved, loader);
    let mut first = Encoded::new();
    let numbers = plan.defined().filter(|index| !plan.moves(*index) || plan.slots.contains_key(index));
    let imports = module.imports.len() as u32;
    let numbers = (0..imports).chain(numbers).zip(0..).collect();
    First { plan: &plan, numbers }.parse_core_module(&mut first, Parser::new(0), bytes)?;
    Ok((first.finish(), second(bytes, &plan)?))
}

/// The first module.
struct First<'a> {
    plan: &'a Plan<'a>,
    /// The number there of each function, of those that it has: what stays, and what a stub stands for.
    numbers: BTreeMap<u32, u32>,
}

impl Reencode for First<'_> {
    type Error = Missing;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        number_of(&self.numbers, index)
    }

    fn parse_function_section(
        &mut self, functions: &mut FunctionSection, _: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for index in self.plan.defined().filter(|index| self.numbers.contains_key(index)) {
            functions.function(self.plan.module.kind(index));
        }
        Ok(())
    }

    fn parse_table_section(
        &mut self, tables: &mut TableSection, section: wasmparser::TableSectionReader<'_>,
    ) -> Result<(), Error> {
        reencode::utils::parse_table_section(self, tables, section)?;
        tables.table(self.plan.table_type());
        Ok(())
    }

    fn parse_export_section(
        &mut self, exports: &mut ExportSection, section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        reencode::utils::parse_export_section(self, exports, section)?;
        let module = self.plan.module;
        exports.export(TABLE, ExportKind::Table, self.plan.table());
        for (kind, letter, count) in [
            (ExportKind::Table, 't', module.tables.len()),
            (ExportKind::Memory, 'm', module.memories.len()),
            (ExportKind::Global, 'g', module.globals.len()),
        ] {
            for index in 0..count as u32 {
                exports.export(&format!("{PREFIX}{letter}{index}"), kind, index);
            }
        }
        for (index, place) in self.plan.lent.iter().zip(0..) {
            let number = self.function_index(*index)?;
            exports.export(&lent_name(place), ExportKind::Func, number);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        for (index, body) in self.plan.defined().zip(section) {
            match (self.plan.moves(index), self.plan.slots.get(&index)) {
                (false, _) => self.parse_function_body(code, body?)?,
                (true, Some(slot)) => {
                    let stub = self.plan.stub(index, *slot);
                    // The loader is an import, whose number does not change.
                    code.function(&stub);
                }
                (true, None) => {}
            }
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, _: &mut Encoded, _: wasmparser::CustomSectionReader<'_>) -> Result<(), Error> {
        // Names and the like are not sent to visitors.
        Ok(())
    }
}

fn lent_name(place: u32) -> String {
    format!("{PREFIX}{place}")
}

/// The second module: the moved functions, and everything of the first one that they use.
fn second(bytes: &[u8], plan: &Plan<'_>) -> Result<Vec<u8>, Error> {
    let module = plan.module;
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    let (mut elements, mut code) = (ElementSection::new(), CodeSection::new());
    let moved = plan.defined().filter(|index| plan.moves(*index));
    let mut second = Second { numbers: plan.lent.iter().copied().chain(moved).zip(0..).collect() };
    for (index, place) in plan.lent.iter().zip(0..) {
        imports.import(FIRST, &lent_name(place), EntityType::Function(module.kind(*index)));
    }
    for (table, index) in module.tables.iter().zip(0..) {
        imports.import(FIRST, &format!("{PREFIX}t{index}"), second.table_type(*table)?);
    }
    imports.import(FIRST, TABLE, plan.table_type());
    for (memory, index) in module.memories.iter().zip(0..) {
        imports.import(FIRST, &format!("{PREFIX}m{index}"), second.memory_type(*memory)?);
    }
    for (global, index) in module.globals.iter().zip(0..) {
        imports.import(FIRST, &format!("{PREFIX}g{index}"), second.global_type(*global)?);
    }
    let mut named = BTreeSet::new();
    let mut at = plan.defined();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::TypeSection(section) => second.parse_type_section(&mut types, section)?,
            Payload::CodeSectionEntry(body) => {
                let Some(index) = at.next().filter(|index| plan.moves(*index)) else { continue };
                functions.function(module.kind(index));
                for operator in body.get_operators_reader()? {
                    if let Operator::RefFunc { function_index } = operator? {
                        named.insert(second.function_index(function_index)?);
                    }
                }
                second.parse_function_body(&mut code, body)?;
            }
            _ => {}
        }
    }
    let listed = plan.slots.keys().map(|index| second.function_index(*index)).collect::<Result<Vec<u32>, _>>()?;
    let begin = wasm_encoder::ConstExpr::i32_const(0);
    elements.active(Some(plan.table()), &begin, Elements::Functions(listed.into()));
    if !named.is_empty() {
        elements.declared(Elements::Functions(named.into_iter().collect::<Vec<u32>>().into()));
    }
    let mut encoded = Encoded::new();
    encoded.section(&types).section(&imports).section(&functions).section(&elements).section(&code);
    Ok(encoded.finish())
}

struct Second {
    /// The number there of each function, of those that it has.
    numbers: BTreeMap<u32, u32>,
}

impl Reencode for Second {
    type Error = Missing;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        number_of(&self.numbers, index)
    }
}
