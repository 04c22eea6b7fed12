import Samples

extension ModelKind {
  /// The cross-modal transformer over word rows (Tsai et al., 2019), with the paper's dropout.
  public static let crossmodalTransformer = ModelKind("mult", takesSequences: true, preset: .mult32, dropout: 0.1) {
    CrossmodalTransformer.plan($0, inputs: $1, $2)
  }
}

/// The cross-modal transformer (Tsai et al., "Multimodal transformer for unaligned multimodal language sequences",
/// 2019): the rows of each modality attend to those of each of the others, then to themselves; the means of the results
/// are fused.
///
/// Differs from the paper in that rows are already words: there is no convolution over time, and the mean of a sample's
/// valid rows is used instead of the last row, which may have no frame.
enum CrossmodalTransformer {
  /// The number of heads of each attention.
  static let headCount = 4
  /// The number of layers between two modalities; the paper has 4.
  static let crossmodalLayerCount = 3
  /// The number of layers of a modality's self-attention; the paper has 3.
  static let memoryLayerCount = 2

  /// One modality attending to another: a transformer with its inputs and its output.
  private struct Direction {
    let name: String
    let target: Int
    let source: Int

    /// Two for each modality, in the order of the modalities.
    static let all = Modality.allCases.indices.flatMap { target in
      Modality.allCases.indices.filter { $0 != target }.map { source in
        Direction(
          name: "\(Modality.allCases[target])_with_\(Modality.allCases[source])", target: target, source: source)
      }
    }
  }

  /// Plans the model; `inputs` are visual, audio and text, [rows, width] each, ragged.
  ///
  /// - Returns: the predictions, [samples, outputs].
  static func plan(_ builder: NetworkBuilder, inputs: [Slot], _ shape: ModelShape) -> Slot {
    let width = shape.embed
    let positions = PositionalEncoding.Table(
      builder, name: "positions", rows: shape.maxRows, width: width)
    let widePositions = PositionalEncoding.Table(
      builder, name: "memory_positions", rows: shape.maxRows, width: 2 * width)
    let projections = zip(inputs, Modality.allCases).map { input, modality -> Linear in
      let name = "\(modality)_projection"
      if let rows = input.ragged { builder.keyMask(rows.maskName) }
      return Linear(builder, name: name, input: input, width: width, passesGradient: false)
    }
    // 713 columns on one lane, 74 and 300 on the other, just as their rows are gathered.
    builder.pinned([projections[0]], [projections[1], projections[2]])
    let crossed = crossmodal(builder, rows: projections.map(\.output), positions, shape)
    let pooled = memories(builder, rows: crossed, widePositions, shape)
    return fusion(builder, input: pooled, shape)
  }

  /// Six transformers between modalities: [rows, width] three times → [rows, 2 · width] three times.
  private static func crossmodal(
    _ builder: NetworkBuilder, rows: [Slot], _ positions: PositionalEncoding.Table, _ shape: ModelShape
  ) -> [Slot] {
    let crossed = zip(rows, Modality.allCases).map { rows, modality in
      builder.slot("\(modality)_memory.input", like: rows, width: 2 * shape.embed)
    }
    func embedding(_ direction: Direction, _ part: String, of modality: Int) -> PositionalEncoding {
      PositionalEncoding(
        builder, name: "\(direction.name).\(part)", input: rows[modality], table: positions, dropout: shape.dropout)
    }
    let queries = Direction.all.map { embedding($0, "target", of: $0.target) }
    let keys = Direction.all.map { embedding($0, "source", of: $0.source) }
    let stacks = Direction.all.enumerated().map { index, direction in
      let start = index % 2 * shape.embed
      let place = crossed[direction.target].columns(start..<start + shape.embed, name: "\(direction.name).norm.output")
      return TransformerStack.plan(
        builder, name: direction.name, queries: queries[index].output, keys: keys[index].output,
        layerCount: crossmodalLayerCount, headCount: headCount, hidden: shape.hidden, dropout: shape.dropout,
        output: place)
    }
    for (index, modality) in Modality.allCases.enumerated() {
      builder.node(
        "Concat", layer: "\(modality)_memory",
        Direction.all.filter { $0.target == index }.map { "\($0.name).norm.output" }, crossed[index].name,
        ["axis": .int(2)])
    }
    // The gradient of a modality's rows is a sum over the transformers that read them, so one lane does all of it.
    let embeddings = Modality.allCases.indices.map { modality -> [any Layer] in
      let own = Direction.all.indices.filter { Direction.all[$0].target == modality }.map { queries[$0] }
      return own + Direction.all.indices.filter { Direction.all[$0].source == modality }.map { keys[$0] }
    }
    builder.pinned(embeddings[0], embeddings[1] + embeddings[2])
    builder.pinned(stacks[0] + stacks[1] + stacks[2], stacks[3] + stacks[4] + stacks[5])
    return crossed
  }

  /// Self-attention over each modality, then the mean of its rows:
  /// [rows, 2 · width] three times → [samples, 6 · width].
  private static func memories(
    _ builder: NetworkBuilder, rows: [Slot], _ positions: PositionalEncoding.Table, _ shape: ModelShape
  ) -> Slot {
    let width = 2 * shape.embed
    let pooled = builder.slot("pooled", width: rows.count * width)
    let networks = zip(rows, Modality.allCases).enumerated().map { index, input -> [any Layer] in
      let (rows, name) = (input.0, "\(input.1)_memory")
      let embedding = PositionalEncoding(
        builder, name: "\(name).embedding", input: rows, table: positions, dropout: shape.dropout)
      let stack = TransformerStack.plan(
        builder, name: name, queries: embedding.output, keys: nil, layerCount: memoryLayerCount,
        headCount: headCount, hidden: 2 * shape.hidden, dropout: shape.dropout, output: nil)
      let place = pooled.columns(index * width..<(index + 1) * width, name: "\(name).mean")
      let mean = MaskedMean(builder, name: name, input: stack[stack.count - 1].output, output: place)
      return [embedding] + stack + [mean]
    }
    builder.pinned(networks[0], networks[1])
    for layer in networks[2] { builder.shared(layer) }
    builder.node(
      "Concat", layer: "fusion_layers", networks.map { $0[$0.count - 1].output.name }, pooled.name, ["axis": .int(1)])
    return pooled
  }

  /// A residual block and a linear layer: [samples, 6 · width] → [samples, outputs].
  private static func fusion(_ builder: NetworkBuilder, input: Slot, _ shape: ModelShape) -> Slot {
    let name = "fusion_layers"
    let block = TransformerStack.feedForward(
      builder, name: name, input: input, around: input, hidden: input.width, dropout: shape.dropout)
    for layer in block { builder.shared(layer) }
    let last = Linear(builder, name: "\(name).output", input: block[block.count - 1].output, width: shape.outputs)
    builder.pinned([last], [])
    return last.output
  }
}

/// A transformer of pre-norm layers with a final normalisation, named as in `torch.nn.TransformerEncoder`:
/// `layers.0.self_attn`, `.linear1`, `.linear2`, `.norm1`, `.norm2`, …, `norm`.
///
/// If the keys come from another sequence, which stays the same in every layer, the attention is named
/// `multihead_attn`, as in `torch.nn.TransformerDecoderLayer`, and `norm1` normalises both sequences (Tsai et al.,
/// 2019).
enum TransformerStack {
  /// Plans the layers, in order: queries [rows, width], keys [other rows, width] → [rows, width].
  ///
  /// - Parameters:
  ///   - keys: the sequence to attend to; nil for self-attention.
  ///   - hidden: the width of the feed-forward block.
  ///   - output: the slot for the result; nil to make one.
  static func plan(
    _ builder: NetworkBuilder, name: String, queries: Slot, keys: Slot?, layerCount: Int, headCount: Int, hidden: Int,
    dropout: Double, output: Slot?
  ) -> [any Layer] {
    var layers: [any Layer] = []
    var x = queries
    for number in 0..<layerCount {
      let prefix = "\(name).layers.\(number)"
      layers += attention(builder, name: prefix, queries: x, keys: keys, headCount: headCount, dropout: dropout)
      x = layers[layers.count - 1].output
      let norm = LayerNorm(builder, name: "\(prefix).norm2", input: x)
      let block = feedForward(
        builder, name: prefix, input: norm.output, around: x, hidden: hidden, dropout: dropout)
      layers += [norm] + block
      x = layers[layers.count - 1].output
    }
    let parameters = LayerNorm.Parameters(builder, name: "\(name).norm", width: x.width)
    return layers + [LayerNorm(builder, name: "\(name).norm", input: x, parameters: parameters, output: output)]
  }

  /// Normalisation, attention and the residual connection around them.
  private static func attention(
    _ builder: NetworkBuilder, name: String, queries: Slot, keys: Slot?, headCount: Int, dropout: Double
  ) -> [any Layer] {
    let parameters = LayerNorm.Parameters(builder, name: "\(name).norm1", width: queries.width)
    let norm = LayerNorm(
      builder, name: "\(name).norm1", input: queries, parameters: parameters, sharesParameters: keys != nil)
    let keyNorm = keys.map { LayerNorm(builder, name: "\(name).norm1_keys", input: $0, parameters: parameters) }
    let attention = MultiheadAttention(
      builder, name: keys == nil ? "\(name).self_attn" : "\(name).multihead_attn", queries: norm.output,
      keys: keyNorm?.output, headCount: headCount, dropout: dropout)
    let residual = Residual(
      builder, name: "\(name).attention", x: queries, branch: attention.output, dropout: dropout)
    return [norm] + (keyNorm.map { [$0] } ?? []) + [attention, residual]
  }

  /// `around + dropout(linear2(dropout(relu(linear1(input)))))`: [rows, width] → hidden → [rows, width].
  static func feedForward(
    _ builder: NetworkBuilder, name: String, input: Slot, around: Slot, hidden: Int, dropout: Double
  ) -> [any Layer] {
    let first = Linear(builder, name: "\(name).linear1", input: input, width: hidden)
    let relu = ReLU(builder, name: "\(name).relu", input: first.output, dropout: dropout)
    let second = Linear(builder, name: "\(name).linear2", input: relu.output, width: around.width)
    return [first, relu, second, Residual(builder, name: name, x: around, branch: second.output, dropout: dropout)]
  }
}
