import Drawing
import Samples
import Tables
public import Text

/// A model layer by layer: the kind of each layer, the shapes of its tensors, and how many values it learns.
public struct ModelSummary: Sendable {
  /// One layer.
  struct Layer: Hashable {
    /// The prefix of its state-dict names.
    let name: String
    /// The name of its kind in PyTorch: `Linear`, `BatchNorm1d`.
    let kind: String
    /// The shapes of its tensors: `weight [192, 713], bias [192]`.
    let tensors: String
    /// The number of learned values.
    let parameterCount: Int
  }

  /// A part of the model: an encoder, the attention, the fusion.
  struct Module: Hashable {
    let name: String
    let layers: [Layer]

    var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  }

  let model: TrainedModel
  let modules: [Module]

  /// Summarises a model.
  public init(_ model: TrainedModel) {
    self.model = model
    var names: [String] = []
    var tensors: [String: [NamedTensor]] = [:]
    for tensor in model.parameters {
      let name = Self.layerName(of: tensor.name)
      if tensors[name] == nil { names.append(name) }
      tensors[name, default: []].append(tensor)
    }
    let layers = names.sorted(by: Self.precedes).map { Self.layer($0, tensors[$0] ?? [], model.graph) }
    var modules: [Module] = []
    for layer in layers {
      let name = Self.moduleName(of: layer.name)
      if let last = modules.last, last.name == name {
        modules[modules.count - 1] = Module(name: name, layers: last.layers + [layer])
      } else {
        modules.append(Module(name: name, layers: [layer]))
      }
    }
    self.modules = modules
  }

  /// Returns the layer of a tensor: `visual_encoder.0.weight` → `visual_encoder.0`, `cross_attention.in_proj_weight` →
  /// `cross_attention`.
  static func layerName(of tensor: String) -> String {
    guard let dot = tensor.lastIndex(of: ".") else { return tensor }
    return String(tensor[..<dot])
  }

  /// Returns the module of a layer: `visual_encoder.0` → `visual_encoder`.
  static func moduleName(of layer: String) -> String { String(layer.prefix { $0 != "." }) }

  /// Orders layers: modules by the flow of data, layers by their numbers. The order must be restored because
  /// safetensors files sort tensors by element size.
  private static func precedes(_ first: String, _ second: String) -> Bool {
    func key(_ name: String) -> [(Int, String)] {
      name.split(separator: ".").map { part in
        return (Int(part) ?? moduleOrder.firstIndex(of: String(part)) ?? 100, String(part))
      }
    }
    return key(first).lexicographicallyPrecedes(key(second)) { $0 < $1 }
  }

  private static let moduleOrder: [String] = {
    let modalities = Modality.allCases.map(\.rawValue)
    let pairs = modalities.flatMap { target in
      modalities.filter { $0 != target }.map { "\(target)_with_\($0)" }
    }
    return modalities.map { $0 + "_encoder" } + modalities.map { $0 + "_projection" } + ["positions"] + pairs
      + ["memory_positions"] + modalities.map { $0 + "_memory" }
      + ["cross_attention", "low_rank_fusion", "fusion_layers"]
  }()

  private static func layer(_ name: String, _ tensors: [NamedTensor], _ graph: ModelGraph) -> Layer {
    let parts = tensors.map { (part: String($0.name.dropFirst(name.count).drop { $0 == "." }), shape: $0.shape) }
    let learned = parts.filter { !NamedTensor.bufferNames.contains($0.part) }.sorted { $0.part > $1.part }
    return Layer(
      name: name, kind: kind(of: Set(parts.map(\.part)), shapes: learned.map(\.shape)),
      tensors: learned.map { "\($0.part) \($0.shape)" }.joined(separator: ", "),
      parameterCount: learned.reduce(0) { $0 + $1.shape.reduce(1, *) })
  }

  /// Tells the kind of a layer by its tensors: only BatchNorm has running statistics, only attention a packed
  /// projection.
  private static func kind(of parts: Set<String>, shapes: [[Int]]) -> String {
    if parts.contains("running_mean") { return "BatchNorm1d" }
    if parts.contains("pe") { return "PositionalEncoding" }
    if parts.contains("in_proj_weight") { return "MultiheadAttention" }
    if !parts.contains("weight") { return "Parameter" }
    return shapes.contains { $0.count > 1 } ? "Linear" : "LayerNorm"
  }
}

extension ModelSummary {
  /// The layers and parameters as readable text.
  public var text: String {
    let configuration = model.configuration
    var table = TextTable([.left, .left, .left, .right])
    table.add(["layer", "kind", "tensors", "parameters"])
    for module in modules {
      for layer in module.layers { table.add([layer.name, layer.kind, layer.tensors, layer.parameterCount.grouped]) }
    }
    let inputs = model.graph.inputs.filter { $0.columnCount != nil }.map {
      "\($0.name) \($0.shape.compactMap(\.self).map(String.init).joined(separator: "×"))"
    }
    let sums = modules.map { "\($0.name) \($0.parameterCount)" }.joined(separator: ", ")
    return PrintableText.joined(
      [
        "\(configuration.model.rawValue), hidden \(configuration.hidden), embedding \(configuration.embed), "
          + "\(configuration.task.rawValue) of \(model.labelNames.joined(separator: ", "))",
        "inputs: \(inputs.joined(separator: ", "))",
      ] + flow + [""] + table.lines + ["", "\(model.parameterCount.counted("parameter")): \(sums).", ""])
  }

  /// One line per part, saying which parts feed it.
  private var flow: [String] {
    ModelDiagram(self).blocks.filter { !$0.sources.isEmpty }.map {
      "\($0.sources.joined(separator: " + ")) → \($0.name)"
    }
  }

  /// The same facts as JSON.
  public var json: JSONValue {
    [
      "model": .string(model.configuration.model.rawValue), "parameters": .integer(model.parameterCount),
      "config": model.configuration.fingerprinted, "label_names": .array(model.labelNames.map { .string($0) }),
      "corpora": .array(
        model.corpora.map { ["dataset": .string($0.dataset), "scalers_sha256": .string($0.scalersSHA256)] }),
      "layers": .array(
        modules.flatMap(\.layers).map {
          [
            "name": .string($0.name), "kind": .string($0.kind), "tensors": .string($0.tensors),
            "parameters": .integer($0.parameterCount),
          ]
        }),
      "graph": model.graph.json,
    ]
  }

  /// The architecture as an SVG file.
  public var svg: String { ModelDiagram(self).drawing.svg }
}
