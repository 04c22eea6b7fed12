/// A model that can be trained: its name, the settings that suit it, and how its network is planned.
///
/// A new model is a file beside this one with a static property, and an entry in `allCases`.
public struct ModelKind: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Plans a network over visual, audio and text, and returns the slot of the predictions, [samples, outputs].
  typealias Plan = @Sendable (_ builder: NetworkBuilder, _ inputs: [Slot], _ shape: ModelShape) -> Slot

  /// The models, in the order in which they are listed.
  public static let allCases: [ModelKind] = [
    .crossmodal, .seed, .lateFusion, .tensorFusion, .lowRankFusion, .crossmodalTransformer,
  ]

  /// The name of the model for `--model`.
  public let rawValue: String
  /// Whether the model reads the rows of a sample; other models take their mean.
  public let takesSequences: Bool
  /// The preset that suits the model.
  public let preset: Preset
  /// The dropout that suits the model: the original project's unless a paper says otherwise.
  public let dropout: Double
  let plan: Plan

  /// Declares a model.
  ///
  /// Its first layer on a modality's features must be called `<modality>_encoder.0` or `<modality>_projection`: the
  /// number of columns that a model was trained with is read from the weights of that layer.
  init(
    _ name: String, takesSequences: Bool = false, preset: Preset = .seed192, dropout: Double = 0.7,
    plan: @escaping Plan
  ) {
    rawValue = name
    self.takesSequences = takesSequences
    self.preset = preset
    self.dropout = dropout
    self.plan = plan
  }

  /// Returns the model of that name; nil if there is none.
  public init?(rawValue: String) {
    guard let model = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = model
  }

  /// Returns whether two models have the same name.
  public static func == (first: ModelKind, second: ModelKind) -> Bool { first.rawValue == second.rawValue }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
