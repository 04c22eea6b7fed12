import ArgumentParser
import Console
import TestSupport
import Testing
import Text
import Training

@testable import msa_train

@Suite("The commands of msa-train")
struct TrainCommandTests {
  static let commands: [(name: String, type: any ParsableCommand.Type)] = [
    ("msa-train", MSATrain.self), ("train", Train.self), ("predict", Predict.self), ("describe", Describe.self),
  ]

  @Test("help texts match their snapshots", arguments: commands.map(\.name))
  func snapshot(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let text = MSATrain.helpMessage(for: type, columns: 80)
    #expect(try Snapshot.difference(of: text + "\n", from: "help-\(name).txt") == nil)
  }

  @Test(
    "each help text starts with at least three examples that parse and fit the line", arguments: commands.map(\.name))
  func examples(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let lines = type.configuration.discussion.split(separator: "\n")
    let examples = lines.filter { $0.hasPrefix("  msa-train ") }
    #expect(lines.first?.hasPrefix("Examples") == true)
    #expect(examples.count >= 3)
    for example in examples {
      #expect(example.count <= 80)
      let words = example.split(separator: " ").dropFirst().map(String.init)
      #expect(throws: Never.self) { try MSATrain.parseAsRoot(words) }
    }
  }

  @Test(
    "a wrong command line gets one line that says what to do",
    arguments: [
      ("--shardz prepared", "unknown option --shardz; did you mean --shards?"),
      ("prediict --model run", "unknown command prediict; did you mean predict?"),
      (
        "--shards a --model lstm",
        "the value 'lstm' is invalid for '--model <name>': expected one of crossmodal, seed, lf-dnn, tfn, lmf, mult. "
          + "See msa-train train --help."
      ),
      ("--shards a --epochs 0", "--epochs is 0, expected 1 to 2147483648. See msa-train train --help."),
      ("--shards a --dropout 1", "--dropout is 1.0, expected 0 or more, below 1. See msa-train train --help."),
      (
        "--shards a --resume --overwrite",
        "--resume and --overwrite exclude each other; give one of them. See msa-train train --help."
      ),
      (
        "--shards a --modalities video",
        "the value 'video' is invalid for '--modalities <list>': expected some of visual, audio, text, each once, separated by "
          + "commas. See msa-train train --help."
      ),
      (
        "--shards a --select best",
        "the value 'best' is invalid for '--select <rule>': expected one of r, mae, ccc, f1, uar, accuracy, loss, "
          + "r-strict. See msa-train train --help."
      ),
      (
        "--shards a --allow-leaks time-overlap",
        "--allow-leaks names time-overlap, expected id-overlap. See msa-train train --help."
      ),
      (
        "--shards a --seeds 2 --save-init w",
        "--save-init names one file and --seeds 2 has several runs; use only one of them. See msa-train train --help."
      ),
      ("predict --shards a", "--model <run> is missing. See msa-train predict --help."),
    ])
  func messages(line: String, expected: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    let error = try #require(throws: (any Error).self) { try MSATrain.parseAsRoot(arguments) }
    let described = UsageError.describe(error, root: MSATrain.self, arguments: arguments)
    #expect(described.code == .usage)
    #expect(described.description == expected)
  }

  @Test("a task and a selection rule reach the library")
  func selection() throws {
    let words = "--shards a --task classification --select uar --allow-leaks id-overlap"
    let command = try #require(try MSATrain.parseAsRoot(words.split(separator: " ").map(String.init)) as? Train)
    let configuration = try TrainingJob(given: command.options.given).configuration
    #expect(configuration.task == .classification && !configuration.taskFollowsLabels)
    #expect(configuration.fingerprinted["select"] == "uar")
    #expect(configuration.allowedLeaks == ["id-overlap"])
  }

  @Test("options reach the library; all others keep the original project's defaults")
  func configuration() throws {
    let words =
      "--shards a b --out r --model seed --preset seed-256 --epochs 3 --no-shuffle --dropout 0 --init w --seeds 2"
    let command = try #require(try MSATrain.parseAsRoot(words.split(separator: " ").map(String.init)) as? Train)
    let job = try TrainingJob(given: command.options.given)
    var expected = TrainingConfiguration(shards: ["a", "b"], output: "r")
    expected.model = .seed
    expected.apply(.seed256)
    expected.epochs = 3
    expected.shuffles = false
    expected.dropout = 0
    expected.taskFollowsLabels = true
    expected.initialWeights = "w"
    expected.threads = job.configuration.threads
    #expect(job.configuration == expected)
    #expect(job.seedCount == 2)
    #expect(expected.learningRate == 1e-3 && expected.weightDecay == 0.05 && expected.clipNorm == 0.5)
  }
}
