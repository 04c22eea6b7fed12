extension ModelKind {
  /// Late fusion: one score per modality, averaged with learned weights.
  public static let lateFusion = ModelKind("lf-dnn") { LateFusion.plan($0, inputs: $1, $2) }
}

/// Late fusion: a deep network for each modality produces a score, and a linear layer weights the scores.
enum LateFusion {
  /// Plans the model; `inputs` are visual, audio and text, [samples, width] each.
  ///
  /// - Returns: the predictions, [samples, outputs].
  static func plan(_ builder: NetworkBuilder, inputs: [Slot], _ shape: ModelShape) -> Slot {
    let scores = builder.slot("scores", width: inputs.count * shape.outputs)
    let networks = zip(inputs, ModelShape.encoderNames).enumerated().map { index, network -> [any Layer] in
      let (input, name) = network
      let place = scores.columns(index * shape.outputs..<(index + 1) * shape.outputs, name: "\(name).score")
      let blocks = Crossmodal.hiddenLayers(
        builder, prefix: name, input: input, width: shape.hidden, dropout: shape.dropout)
      return blocks + [Linear(builder, name: "\(name).8", input: blocks[1].output, width: place.width, output: place)]
    }
    builder.pinned(networks[0], networks[1] + networks[2])
    builder.graph.nodes.append(
      GraphNode(
        "Concat", layer: "fusion_layers", inputs: networks.map { $0[2].output.name }, outputs: [scores.name],
        attributes: ["axis": .int(1)]))
    let fusion = Linear(builder, name: "fusion_layers.0", input: scores, width: shape.outputs)
    builder.pinned([fusion], [])
    return fusion.output
  }
}
