//! What a module's functions are, and who calls whom.

use wasmparser::{
    BinaryReaderError, CompositeInnerType, ConstExpr, CustomSectionReader, ElementItems, ElementKind,
    ElementSectionReader, ExternalKind, FunctionBody, ImportSectionReader, KnownCustom, Name, Operator, Parser,
    Payload, TypeRef, TypeSectionReader,
};

/// How `wasm-bindgen` begins the name of the import that fetches the second module.
const LOADER: &str = "__wbg_loadLater_";

/// A function that the module defines.
#[derive(Debug, Default)]
pub struct Function {
    /// Index of its type.
    pub kind: u32,
    /// Functions that its code names.
    pub uses: Vec<u32>,
    pub name: String,
}

impl Function {
    /// Takes in its code.
    fn code(&mut self, body: &FunctionBody<'_>) -> Result<(), BinaryReaderError> {
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => self.uses.push(function_index),
                _ => {}
            }
        }
        self.uses.sort_unstable();
        self.uses.dedup();
        Ok(())
    }
}

/// What splitting has to know of a module. Functions are counted as WebAssembly does: imports first.
#[derive(Debug, Default)]
pub struct Module {
    /// Index of the type of each imported function, and its name.
    pub imports: Vec<(u32, String)>,
    pub functions: Vec<Function>,
    /// Parameters of each type.
    pub parameters: Vec<usize>,
    /// Functions that anything but code names: exports, tables, the start.
    pub named: Vec<u32>,
    /// Those of them that stand in tables, where a stub can stand too.
    pub listed: Vec<u32>,
    pub tables: Vec<wasmparser::TableType>,
    pub globals: Vec<wasmparser::GlobalType>,
    pub memories: Vec<wasmparser::MemoryType>,
}

impl Module {
    pub fn read(bytes: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut module = Self::default();
        let mut names: Vec<(u32, String)> = Vec::new();
        let mut bodies = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(types) => module.types(types)?,
                Payload::ImportSection(imports) => module.imported(imports)?,
                Payload::FunctionSection(kinds) => {
                    for kind in kinds {
                        module.functions.push(Function { kind: kind?, ..Function::default() });
                    }
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        module.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        module.memories.push(memory?);
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        let global = global?;
                        module.globals.push(global.ty);
                        module.named.extend(functions_of(&global.init_expr)?);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            module.named.push(export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => module.named.push(func),
                Payload::ElementSection(elements) => module.elements(elements)?,
                Payload::CodeSectionEntry(body) => {
                    module.functions[bodies].code(&body)?;
                    bodies += 1;
                }
                Payload::CustomSection(section) => names.extend(names_in(&section)?),
                _ => {}
            }
        }
        for (index, name) in names {
            let defined = (index as usize).checked_sub(module.imports.len());
            if let Some(function) = defined.and_then(|at| module.functions.get_mut(at)) {
                function.name = name;
            }
        }
        Ok(module)
    }

    fn types(&mut self, types: TypeSectionReader<'_>) -> Result<(), BinaryReaderError> {
        for group in types {
            for sub in group?.types() {
                self.parameters.push(match &sub.composite_type.inner {
                    CompositeInnerType::Func(function) => function.params().len(),
                    _ => 0,
                });
            }
        }
        Ok(())
    }

    fn imported(&mut self, imports: ImportSectionReader<'_>) -> Result<(), BinaryReaderError> {
        for import in imports.into_imports() {
            let import = import?;
            match import.ty {
                TypeRef::Func(kind) => self.imports.push((kind, import.name.into())),
                TypeRef::Table(table) => self.tables.push(table),
                TypeRef::Memory(memory) => self.memories.push(memory),
                TypeRef::Global(global) => self.globals.push(global),
                _ => {}
            }
        }
        Ok(())
    }

    fn elements(&mut self, elements: ElementSectionReader<'_>) -> Result<(), BinaryReaderError> {
        for element in elements {
            let element = element?;
            if matches!(element.kind, ElementKind::Declared) {
                continue;
            }
            match element.items {
                ElementItems::Functions(functions) => {
                    for function in functions {
                        self.listed.push(function?);
                    }
                }
                ElementItems::Expressions(_, expressions) => {
                    for expression in expressions {
                        self.listed.extend(functions_of(&expression?)?);
                    }
                }
            }
        }
        Ok(())
    }

    /// The import by which the first module fetches the second one.
    pub fn loader(&self) -> Option<u32> {
        self.imports.iter().position(|(_, name)| name.starts_with(LOADER)).map(|at| at as u32)
    }

    /// The function of an index, unless it is imported.
    pub fn function(&self, index: u32) -> Option<(usize, &Function)> {
        let at = (index as usize).checked_sub(self.imports.len())?;
        self.functions.get(at).map(|function| (at, function))
    }

    /// Index of the type of a function.
    pub fn kind(&self, index: u32) -> u32 {
        match self.function(index) {
            Some((_, function)) => function.kind,
            None => self.imports[index as usize].0,
        }
    }

    /// Which of the defined functions move: those whose names `moves` holds for, and those that nothing else reaches.
    pub fn moved(&self, moves: &dyn Fn(&str) -> bool) -> Vec<bool> {
        let named: Vec<bool> = self.functions.iter().map(|function| moves(&function.name)).collect();
        let mut stays = vec![false; self.functions.len()];
        let mut reached: Vec<u32> = self.named.iter().chain(&self.listed).copied().collect();
        // An exported function keeps its code where the export is.
        let exported: Vec<usize> = self.named.iter().filter_map(|index| Some(self.function(*index)?.0)).collect();
        while let Some(index) = reached.pop() {
            let Some((at, function)) = self.function(index) else { continue };
            if stays[at] || named[at] && !exported.contains(&at) {
                continue;
            }
            stays[at] = true;
            reached.extend(&function.uses);
        }
        stays.iter().map(|stays| !stays).collect()
    }
}

/// Names of functions, if that is what the section has.
fn names_in(section: &CustomSectionReader<'_>) -> Result<Vec<(u32, String)>, BinaryReaderError> {
    let mut names = Vec::new();
    let KnownCustom::Name(subsections) = section.as_known() else { return Ok(names) };
    for subsection in subsections {
        if let Name::Function(map) = subsection? {
            for naming in map {
                let naming = naming?;
                names.push((naming.index, naming.name.into()));
            }
        }
    }
    Ok(names)
}

/// Functions that a constant names.
fn functions_of(expression: &ConstExpr<'_>) -> Result<Vec<u32>, BinaryReaderError> {
    let mut functions = Vec::new();
    for operator in expression.get_operators_reader() {
        if let Operator::RefFunc { function_index } = operator? {
            functions.push(function_index);
        }
    }
    Ok(functions)
}
