/// A transformer of layers that normalise first, with a normalisation at the end, under the names of
/// `torch.nn.TransformerEncoder`: `layers.0.self_attn`, `.linear1`, `.linear2`, `.norm1`, `.norm2`, …, `norm`.
///
/// With keys of another sequence, which stay the same in every layer, attention is called `multihead_attn` as in
/// `torch.nn.TransformerDecoderLayer`, and `norm1` normalises both sequences (Tsai et al., 2019).
enum TransformerStack {
  /// Plans the layers in order: queries [rows, width], keys [other rows, width] → [rows, width].
  ///
  /// - Parameters:
  ///   - keys: the sequence that is attended to; nil for the queries' own.
  ///   - hidden: the width of the feed-forward block.
  ///   - output: where the result goes; nil makes a slot.
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

  /// Normalisation, attention and what goes around them.
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
