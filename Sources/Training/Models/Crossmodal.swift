extension ModelKind {
  /// The default: three encoders, self-attention over their embeddings with a residual connection, and fusion.
  public static let crossmodal = ModelKind("crossmodal") { Crossmodal.plan($0, inputs: $1, $2, usesAttention: true) }
  /// The original project's model, which does not use the output of its attention.
  public static let seed = ModelKind("seed") { Crossmodal.plan($0, inputs: $1, $2, usesAttention: false) }
}

/// The original project's model: three encoders, self-attention over the three embeddings, and fusion.
///
/// `crossmodal` adds the output of the attention to the embeddings before fusion. `seed` does not compute its
/// attention, because in the original the fusion sees only the raw embeddings: its four tensors exist, and keep their
/// initial values.
enum Crossmodal {
  /// The number of attention heads.
  static let headCount = 4

  /// Plans the model; `inputs` are visual, audio and text, [samples, width] each.
  ///
  /// - Returns: the predictions, [samples, outputs].
  static func plan(_ builder: NetworkBuilder, inputs: [Slot], _ shape: ModelShape, usesAttention: Bool) -> Slot {
    let (hidden, embed, dropout) = (shape.hidden, shape.embed, shape.dropout)
    let embeddings = builder.slot("embeddings", width: inputs.count * embed)
    let encoders = zip(inputs, ModelShape.encoderNames).enumerated().map { index, encoder -> [any Layer] in
      let (input, name) = encoder
      let place = embeddings.columns(index * embed..<(index + 1) * embed, name: "\(name).output")
      return self.encoder(builder, prefix: name, input: input, hidden: hidden, dropout: dropout, output: place)
    }
    // 713 columns on one lane, 74 and 300 on the other: 192,000 and 182,000 multiplications per sample.
    builder.pinned(encoders[0], encoders[1] + encoders[2])
    let tokens = embeddings.split(into: inputs.count, name: "tokens")
    let fused: Slot
    if usesAttention {
      join(builder, embeddings: encoders.map { $0[$0.count - 1].output.name }, into: tokens)
      let attention = MultiheadAttention(
        builder, name: "cross_attention", number: 100, queries: tokens, headCount: headCount,
        dropout: dropout == 0 ? 0 : min(dropout + 0.1, 0.8), addsTokens: true)
      builder.shared(attention)
      fused = Slot(
        name: "fused", offset: attention.output.offset, width: embeddings.width, stride: embeddings.width, tokens: 1)
      builder.graph.constants["fused_shape"] = [-1, embeddings.width]
      builder.graph.nodes.append(
        GraphNode(
          "Reshape", layer: "fusion_layers", inputs: [attention.output.name, "fused_shape"], outputs: [fused.name]))
    } else {
      builder.frozen { _ = MultiheadAttention.parameters(builder, name: "cross_attention", width: embed) }
      builder.graph.nodes.append(
        GraphNode(
          "Concat", layer: "fusion_layers", inputs: encoders.map { $0[$0.count - 1].output.name },
          outputs: [embeddings.name], attributes: ["axis": .int(1)]))
      fused = embeddings
    }
    return fusion(builder, input: fused, shape)
  }

  /// Linear, BatchNorm, ReLU, Dropout, all twice, then Linear and BatchNorm: [samples, width] → [samples, embed].
  static func encoder(
    _ builder: NetworkBuilder, prefix: String, input: Slot, hidden: Int, dropout: Double, output: Slot
  ) -> [any Layer] {
    let blocks = hiddenLayers(builder, prefix: prefix, input: input, width: hidden, dropout: dropout)
    let last = LinearBatchNorm(
      builder, prefix: prefix, index: 8, input: blocks[1].output, width: output.width, dropout: nil,
      passesGradient: true, output: output)
    return blocks + [last]
  }

  /// Linear, BatchNorm, ReLU, Dropout, all twice, on features: [samples, columns] → [samples, width].
  static func hiddenLayers(
    _ builder: NetworkBuilder, prefix: String, input: Slot, width: Int, dropout: Double
  ) -> [any Layer] {
    let first = LinearBatchNorm(
      builder, prefix: prefix, index: 0, input: input, width: width, dropout: dropout, passesGradient: false)
    let second = LinearBatchNorm(
      builder, prefix: prefix, index: 4, input: first.output, width: width, dropout: dropout, passesGradient: true)
    return [first, second]
  }

  /// Three encoders, each with a slot of its own for its embedding: [samples, width] three times.
  static func embeddings(_ builder: NetworkBuilder, inputs: [Slot], width: Int, _ shape: ModelShape) -> [Slot] {
    let encoders = zip(inputs, ModelShape.encoderNames).map { input, name in
      let place = builder.slot("\(name).output", width: width)
      return encoder(
        builder, prefix: name, input: input, hidden: shape.hidden, dropout: shape.dropout, output: place)
    }
    builder.pinned(encoders[0], encoders[1] + encoders[2])
    return encoders.map { $0[2].output }
  }

  /// [samples, 3 · embed] → hidden → hidden / 2 → [samples, outputs].
  static func fusion(_ builder: NetworkBuilder, input: Slot, _ shape: ModelShape) -> Slot {
    let prefix = "fusion_layers"
    let first = LinearBatchNorm(
      builder, prefix: prefix, index: 0, input: input, width: shape.hidden, dropout: shape.dropout,
      passesGradient: true)
    let second = LinearBatchNorm(
      builder, prefix: prefix, index: 4, input: first.output, width: shape.hidden / 2, dropout: shape.dropout,
      passesGradient: true)
    let last = Linear(builder, name: "\(prefix).8", input: second.output, width: shape.outputs)
    builder.shared(first)
    builder.shared(second)
    builder.pinned([last], [])
    return last.output
  }

  /// Records in the graph that the embeddings are the rows of the tokens: [batch, embed] each → [batch, 3, embed].
  private static func join(_ builder: NetworkBuilder, embeddings: [String], into tokens: Slot) {
    builder.graph.constants["token_axis"] = [1]
    for embedding in embeddings {
      builder.graph.nodes.append(
        GraphNode(
          "Unsqueeze", layer: "cross_attention", inputs: [embedding, "token_axis"], outputs: ["\(embedding).token"]))
    }
    builder.graph.nodes.append(
      GraphNode(
        "Concat", layer: "cross_attention", inputs: embeddings.map { "\($0).token" }, outputs: [tokens.name],
        attributes: ["axis": .int(1)]))
  }
}
