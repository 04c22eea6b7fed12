extension ModelKind {
  /// Tensor fusion (Zadeh et al., 2017).
  public static let tensorFusion = ModelKind("tfn") { TensorFusion.plan($0, inputs: $1, $2) }
}

/// Tensor fusion network (Zadeh et al., 2017): three encoders, the outer product of their embeddings, a deep network.
enum TensorFusion {
  /// The largest width of an embedding: the product has (width + 1)³ values.
  static let largestWidth = 16

  /// Plans the model; `inputs` are visual, audio and text, [samples, width] each.
  ///
  /// - Returns: the predictions, [samples, outputs].
  static func plan(_ builder: NetworkBuilder, inputs: [Slot], _ shape: ModelShape) -> Slot {
    let embeddings = Crossmodal.embeddings(builder, inputs: inputs, width: min(largestWidth, shape.embed), shape)
    let product = TensorProduct(builder, name: "tensor_fusion", inputs: embeddings)
    builder.shared(product)
    return Crossmodal.fusion(builder, input: product.output, shape)
  }
}
