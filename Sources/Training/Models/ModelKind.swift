/// A model that can be trained: its name, what suits it, and how its network is planned.
///
/// A new model is a file beside this one with a static property, and its place in `allCases`.
public struct ModelKind: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Plans a network over visual, audio and text, and returns the predictions, [samples, outputs].
  typealias Plan = @Sendable (_ builder: NetworkBuilder, _ inputs: [Slot], _ shape: ModelShape) -> Slot

  /// The models in the order in which they are listed.
  public static let allCases: [ModelKind] = [
    .crossmodal, .seed, .lateFusion, .tensorFusion, .lowRankFusion, .crossmodalTransformer,
  ]

  /// The word after `--model`.
  public let rawValue: String
  /// Whether the model reads a sample's rows; the others take their mean.
  public let takesSequences: Bool
  /// The preset that suits it.
  public let preset: Preset
  /// The dropout that suits it: the original project's unless a paper says otherwise.
  public let dropout: Double
  let plan: Plan

  /// Declares a model.
  ///
  /// Its first layer on a modality's features is called `<modality>_encoder.0` or `<modality>_projection`: from their
  /// weights it is read how many columns a model was trained with.
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

  /// The model of that name; nil where there is none.
  public init?(rawValue: String) {
    guard let model = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = model
  }

  /// Models are told apart by their names.
  public static func == (first: ModelKind, second: ModelKind) -> Bool { first.rawValue == second.rawValue }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
