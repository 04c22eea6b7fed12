import Options
import Testing
import Text

@testable import Training

@Suite("Options of a run")
struct TrainingOptionsTests {
  /// A value other than the default, for each option.
  private static let examples: GivenOptions = [
    "shards": ["a", "b"], "out": ["elsewhere"], "model": ["mult"], "preset": ["seed-256"], "task": ["multilabel"],
    "label": ["joy"], "modalities": ["text,audio"], "epochs": ["3"], "batch": ["16"], "lr": ["0.01"],
    "weight-decay": ["0"], "clip-norm": ["0"], "dropout": ["0.2"], "max-rows": ["20"], "optimizer": ["sgd"],
    "schedule": ["cosine"], "warmup-steps": ["5"], "select": ["mae"], "early-stop": ["4"], "seed": ["7"],
    "seeds": ["2"], "ablate": [], "no-shuffle": [], "init": ["w"], "save-init": ["w"], "resume": [],
    "allow-leaks": ["id-overlap"], "overwrite": [], "threads": ["9"],
  ]

  private static func make(_ given: GivenOptions) throws -> TrainingJob {
    var job = try TrainingJob(given: given)
    // The digest of the weights, which training sets when it reads them.
    if job.configuration.initialWeights != nil { job.configuration.initialWeightsSHA256 = "digest" }
    return job
  }

  @Test(
    "each option changes the configuration, and its record reads back as the same configuration",
    arguments: TrainingOptions.definitions.map(\.argument.name))
  func roundTrip(name: String) throws {
    let definition = try #require(TrainingOptions.definitions.first { $0.argument.name == name })
    let texts = try #require(Self.examples[name], "an option without an example")
    // Rows have a meaning for only one model.
    let companions: GivenOptions = name == "max-rows" ? ["model": ["mult"]] : [:]
    let before = try Self.make(companions)
    let after = try Self.make(companions.merging([name: texts]) { $1 })
    #expect(String(describing: before) != String(describing: after), "sets nothing")
    #expect((before.configuration.fingerprinted != after.configuration.fingerprinted) == definition.isRecorded)
    let restored = try TrainingConfiguration(recorded: after.configuration.fingerprinted)
    #expect(restored.fingerprinted == after.configuration.fingerprinted)
  }

  @Test("a model sets its widths and dropout; a preset and --dropout override them in any order")
  func sizes() throws {
    let mult = try Self.make(["model": ["mult"]]).configuration
    #expect(mult.hidden == 128 && mult.embed == 32 && mult.dropout == 0.1)
    let wide = try Self.make(["model": ["mult"], "preset": ["seed-256"], "dropout": ["0.5"]]).configuration
    #expect(wide.hidden == 256 && wide.embed == 128 && wide.dropout == 0.5)
  }

  @Test(
    "options for models that read rows are refused with any other model",
    arguments: [(nil, "crossmodal"), ("seed", "seed"), ("lmf", "lmf")] as [(String?, String)],
    [("max-rows", "20", "--max-rows"), ("preset", "mult-32", "--preset mult-32")])
  func rowsOnly(_ model: (String?, String), _ option: (String, String, String)) throws {
    var given: GivenOptions = [option.0: [option.1]]
    if let name = model.0 { given["model"] = [name] }
    let error = #expect(throws: DataError.self) { try Self.make(given) }
    #expect(error?.code == .usage)
    #expect(
      error?.description
        == "\(option.2) is given, but --model is \(model.1), expected --model mult with it. Give both, or leave it out."
    )
    given["model"] = ["mult"]
    #expect(throws: Never.self) { try Self.make(given) }
  }

  @Test(
    "impossible numbers are refused, whoever wrote them",
    arguments: [
      ("epochs", 0, "--epochs is 0, expected 1 to 2147483648"),
      ("batch", 1, "--batch is 1, expected 2 to 2147483648: batch normalisation needs at least two samples"),
      ("max-rows", 501, "--max-rows is 501, expected 1 to 500"),
      ("warmup-steps", -1, "--warmup-steps is -1, expected 0 or more"),
      ("early-stop", 0, "--early-stop is 0, expected 1 or more"),
    ])
  func limits(name: String, number: Int, expected: String) throws {
    let error = #expect(throws: DataError.self) { try Self.make([name: [String(number)]]) }
    #expect(error?.description == expected)
    // The same for a model file.
    var record = try Self.make(["model": ["mult"]]).configuration.fingerprinted.members ?? [:]
    record[name] = .integer(number)
    let refusal = #expect(throws: DataError.self) { try TrainingConfiguration(recorded: .object(record)) }
    #expect(refusal?.code == .badData)
  }
}
