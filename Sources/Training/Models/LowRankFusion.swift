extension ModelKind {
  /// Low-rank fusion (Liu et al., 2018).
  public static let lowRankFusion = ModelKind("lmf") { LowRankFusion.plan($0, inputs: $1, $2) }
}

/// Low-rank fusion (Liu et al., 2018): three encoders, the low-rank product of their embeddings, a deep network.
enum LowRankFusion {
  /// The rank of the product: the paper's choice for sentiment.
  static let rankCount = 4

  /// Plans the model; `inputs` are visual, audio and text, [samples, width] each.
  ///
  /// - Returns: the predictions, [samples, outputs].
  static func plan(_ builder: NetworkBuilder, inputs: [Slot], _ shape: ModelShape) -> Slot {
    let embeddings = Crossmodal.embeddings(builder, inputs: inputs, width: shape.embed, shape)
    let product = LowRankProduct(
      builder, name: "low_rank_fusion", inputs: embeddings, width: shape.embed, rankCount: rankCount)
    builder.pinned([product], [])
    return Crossmodal.fusion(builder, input: product.output, shape)
  }
}
