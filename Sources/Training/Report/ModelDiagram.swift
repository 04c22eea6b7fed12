import Drawing
import Text

/// The architecture of a model as boxes from left to right: the inputs, the model's parts, the prediction.
struct ModelDiagram {
  /// A box: an input, a part of the model, or the output.
  struct Block: Hashable {
    let name: String
    /// The lines below the name.
    let lines: [String]
    /// The names of the blocks that feed it, in the order of the graph.
    var sources: [String]
    /// The number of steps from the inputs.
    var column: Int
    let isModule: Bool
  }

  private(set) var blocks: [Block] = []

  /// Lays out the boxes according to the model's graph.
  init(_ summary: ModelSummary) {
    let graph = summary.model.graph
    var owner: [String: String] = [:]
    var columns: [String: Int] = [:]
    for input in graph.inputs where input.columnCount != nil {
      owner[input.name] = input.name
      columns[input.name] = 0
      let size = input.shape.compactMap(\.self).map(String.init).joined(separator: " × ")
      blocks.append(Block(name: input.name, lines: [size], sources: [], column: 0, isModule: false))
    }
    var names: [String] = []
    var sources: [String: [String]] = [:]
    let masks = Set(graph.inputs.filter { $0.columnCount == nil }.map(\.name))
    for node in graph.nodes where !masks.contains(node.layer) {
      let name = ModelSummary.moduleName(of: node.layer)
      if !names.contains(name) { names.append(name) }
      for source in node.inputs.compactMap({ owner[$0] }) where source != name {
        if sources[name]?.contains(source) != true { sources[name, default: []].append(source) }
        columns[name] = max(columns[name] ?? 0, (columns[source] ?? 0) + 1)
      }
      for output in node.outputs { owner[output] = name }
    }
    for name in names {
      blocks.append(
        Block(
          name: name, lines: Self.lines(name, summary), sources: sources[name] ?? [], column: columns[name] ?? 0,
          isModule: true))
    }
    addUnused(summary, known: Set(names))
    let last = (blocks.map(\.column).max() ?? 0) + 1
    blocks.append(
      Block(
        name: "prediction", lines: Self.shown(summary.model.labelNames),
        sources: owner[graph.output.name].map { [$0] } ?? [], column: last, isModule: false))
  }

  /// Returns the first few names, followed by the number of those left out.
  private static func shown(_ names: [String]) -> [String] {
    names.count > 8 ? Array(names.prefix(7)) + ["… \((names.count - 7).grouped) more"] : names
  }

  /// Adds parts whose weights no operation uses: the original model has an attention that feeds nothing.
  private mutating func addUnused(_ summary: ModelSummary, known: Set<String>) {
    for module in summary.modules where !known.contains(module.name) && module.parameterCount > 0 {
      blocks.append(
        Block(
          name: module.name, lines: Self.lines(module.name, summary) + ["(its output is unused)"], sources: [],
          column: 2, isModule: true))
    }
  }

  private static func lines(_ name: String, _ summary: ModelSummary) -> [String] {
    guard let module = summary.modules.first(where: { $0.name == name }) else { return operations(name, summary) }
    let layers = module.layers.filter { $0.kind != "BatchNorm1d" && $0.kind != "LayerNorm" }.map { layer in
      let weight = summary.model.parameters.first { $0.name.hasPrefix(layer.name) && $0.shape.count == 2 }
      let size = weight.map { " \($0.shape[1]) → \($0.shape[0])" } ?? ""
      return layer.kind == "MultiheadAttention" ? "\(layer.kind) \(weight?.shape[1] ?? 0)" : layer.kind + size
    }
    let norms = Set(module.layers.map(\.kind)).intersection(["BatchNorm1d", "LayerNorm"]).sorted()
    let shown = layers.count > 7 ? counted(layers) : layers
    return shown + norms.map { "with \($0), ReLU" } + [module.parameterCount.counted("parameter")]
  }

  /// Merges equal lines where a part repeats itself: `3 × Linear 32 → 128`.
  private static func counted(_ lines: [String]) -> [String] {
    let kinds = lines.indices.filter { lines.firstIndex(of: lines[$0]) == $0 }.map { lines[$0] }
    let shown = kinds.map { kind in "\(lines.count { $0 == kind }) × \(kind)" }
    return shown.count > 8 ? Array(shown.prefix(7)) + ["… \(shown.count - 7) more kinds"] : shown
  }

  /// Returns the operations of a part that has no weights.
  private static func operations(_ name: String, _ summary: ModelSummary) -> [String] {
    let plumbing: Set = [
      "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Constant", "Split", "Slice", "Shape", "Gather",
    ]
    var seen: [String] = []
    for node in summary.model.graph.nodes where ModelSummary.moduleName(of: node.layer) == name {
      if !plumbing.contains(node.operation), !seen.contains(node.operation) { seen.append(node.operation) }
    }
    return seen
  }

  // MARK: Drawing

  private static let boxWidth = 190.0
  private static let columnGap = 56.0
  private static let rowGap = 22.0
  private static let margin = 20.0
  private static let lineHeight = 15.0
  private static let headHeight = 30.0

  private static func height(_ block: Block) -> Double {
    headHeight + Double(block.lines.count) * lineHeight + (block.lines.isEmpty ? 0 : 8)
  }

  /// The boxes, with an arrow from each to those that it feeds.
  var drawing: Drawing {
    let columns = (0...(blocks.map(\.column).max() ?? 0)).map { column in blocks.filter { $0.column == column } }
    let heights = columns.map { column in
      column.reduce(0) { $0 + Self.height($1) } + Double(max(0, column.count - 1)) * Self.rowGap
    }
    let inner = heights.max() ?? 0
    var places: [String: Drawing.Rectangle] = [:]
    for (index, column) in columns.enumerated() {
      var y = Self.margin + (inner - heights[index]) / 2
      for block in column {
        let x = Self.margin + Double(index) * (Self.boxWidth + Self.columnGap)
        places[block.name] = .init(x: x, y: y, width: Self.boxWidth, height: Self.height(block))
        y += Self.height(block) + Self.rowGap
      }
    }
    let width = Double(columns.count) * (Self.boxWidth + Self.columnGap) - Self.columnGap + 2 * Self.margin
    var drawing = Drawing(width: width, height: inner + 2 * Self.margin, label: "The model's architecture")
    for block in blocks {
      for source in block.sources {
        if let start = places[source], let end = places[block.name] { Self.draw(from: start, to: end, in: &drawing) }
      }
    }
    for block in blocks { if let place = places[block.name] { Self.draw(block, at: place, in: &drawing) } }
    return drawing
  }

  private static func draw(_ block: Block, at place: Drawing.Rectangle, in drawing: inout Drawing) {
    let color: Color = block.isModule ? .blue : .green
    let middle = place.x + place.width / 2
    drawing.rectangle(place, radius: 7, .paper)
    drawing.rectangle(place, radius: 7, color.opacity(0.08))
    drawing.outline(place, radius: 7, width: 1.4, color)
    let room = place.width - 12
    let name = Drawing.TextStyle.strong.shortened(block.name, to: room)
    drawing.text(name, at: .init(middle, place.y + 20), .strong.anchored(.middle))
    for (index, line) in block.lines.enumerated() {
      let y = place.y + headHeight + Double(index) * lineHeight + 9
      drawing.text(
        Drawing.TextStyle.tick.shortened(line, to: room), at: .init(middle, y), .tick.anchored(.middle), .soft)
    }
  }

  /// Draws an elbow from the right edge of one box to the left edge of another.
  private static func draw(from start: Drawing.Rectangle, to end: Drawing.Rectangle, in drawing: inout Drawing) {
    let (startY, endY) = (start.y + start.height / 2, end.y + end.height / 2)
    let tip = end.x - 2
    let middle = end.x - columnGap / 2
    drawing.line(
      [
        .init(start.x + start.width, startY), .init(middle, startY), .init(middle, endY), .init(tip - 6, endY),
      ], width: 1.3, .soft)
    drawing.polygon([.init(tip, endY), .init(tip - 8, endY - 4.5), .init(tip - 8, endY + 4.5)], .soft)
  }
}
