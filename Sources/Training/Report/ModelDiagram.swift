import Drawing
import Foundation

/// The architecture as boxes from left to right: inputs, the model's parts, the prediction.
struct ModelDiagram {
  /// A box: an input, a part of the model, or the output.
  struct Block: Hashable {
    let name: String
    /// What stands below the name, a line each.
    let lines: [String]
    /// The blocks that feed it, in the order of the graph.
    var sources: [String]
    /// Steps from the inputs.
    var column: Int
    let isModule: Bool
  }

  private(set) var blocks: [Block] = []

  /// Lays out a model by its graph.
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
        name: "prediction", lines: summary.model.labelNames.prefix(8).map(\.self),
        sources: owner[graph.output.name].map { [$0] } ?? [], column: last, isModule: false))
  }

  /// Parts whose weights no operation uses: the original model computes an attention that feeds nothing.
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
    return shown + norms.map { "with \($0), ReLU" } + ["\(module.parameterCount) parameters"]
  }

  /// Equal lines as one, where a part repeats itself: `3 × Linear 32 → 128`.
  private static func counted(_ lines: [String]) -> [String] {
    let kinds = lines.indices.filter { lines.firstIndex(of: lines[$0]) == $0 }.map { lines[$0] }
    let shown = kinds.map { kind in "\(lines.count { $0 == kind }) × \(kind)" }
    return shown.count > 8 ? Array(shown.prefix(7)) + ["… \(shown.count - 7) more kinds"] : shown
  }

  /// For a part without weights: what it does.
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

  /// The picture as an SVG document.
  ///
  /// - Throws: `DataError` 70 when it cannot be drawn.
  func svg() throws -> String {
    let columns = (0...(blocks.map(\.column).max() ?? 0)).map { column in blocks.filter { $0.column == column } }
    let heights = columns.map { column in
      column.reduce(0) { $0 + Self.height($1) } + Double(max(0, column.count - 1)) * Self.rowGap
    }
    let inner = heights.max() ?? 0
    var places: [String: CGRect] = [:]
    for (index, column) in columns.enumerated() {
      var y = Self.margin + (inner - heights[index]) / 2
      for block in column {
        let x = Self.margin + Double(index) * (Self.boxWidth + Self.columnGap)
        places[block.name] = CGRect(x: x, y: y, width: Self.boxWidth, height: Self.height(block))
        y += Self.height(block) + Self.rowGap
      }
    }
    let width = Double(columns.count) * (Self.boxWidth + Self.columnGap) - Self.columnGap + 2 * Self.margin
    return try Canvas.svg(width: width, height: inner + 2 * Self.margin) { canvas in
      canvas.fill(x: 0, y: 0, width: canvas.width, height: canvas.height, .white)
      for block in blocks {
        for source in block.sources {
          if let start = places[source], let end = places[block.name] { draw(from: start, to: end, on: canvas) }
        }
      }
      for block in blocks { if let place = places[block.name] { draw(block, at: place, on: canvas) } }
    }
  }

  private func draw(_ block: Block, at place: CGRect, on canvas: Canvas) {
    let color: Color = block.isModule ? .blue : .green
    canvas.fill(x: place.minX, y: place.minY, width: place.width, height: place.height, radius: 7, .white)
    canvas.fill(
      x: place.minX, y: place.minY, width: place.width, height: place.height, radius: 7, color.opacity(0.08))
    canvas.outline(
      x: place.minX, y: place.minY, width: place.width, height: place.height, radius: 7, lineWidth: 1.4, color)
    canvas.text(block.name, x: place.midX, y: place.minY + 20, size: 12.5, anchor: .middle, isBold: true)
    for (index, line) in block.lines.enumerated() {
      let y = place.minY + Self.headHeight + Double(index) * Self.lineHeight + 9
      canvas.text(line, x: place.midX, y: y, size: 10.5, anchor: .middle, .muted)
    }
  }

  /// An elbow from the right edge of one box to the left edge of another.
  private func draw(from start: CGRect, to end: CGRect, on canvas: Canvas) {
    let tip = CGPoint(x: end.minX - 2, y: end.midY)
    let middle = end.minX - Self.columnGap / 2
    canvas.line(
      [
        CGPoint(x: start.maxX, y: start.midY), CGPoint(x: middle, y: start.midY), CGPoint(x: middle, y: tip.y),
        CGPoint(x: tip.x - 6, y: tip.y),
      ], lineWidth: 1.3, .muted)
    canvas.fill(
      [tip, CGPoint(x: tip.x - 8, y: tip.y - 4.5), CGPoint(x: tip.x - 8, y: tip.y + 4.5)], .muted)
  }
}
