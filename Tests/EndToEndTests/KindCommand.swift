import Files
import Foundation
import Testing
import TestSupport
import Text

/// A command with one place in its input or output where something of the wrong kind is put.
struct KindCommand: Sendable, CustomTestStringConvertible {
  /// The place, relative to the folder that the command runs in.
  let place: String
  /// The command line.
  let line: String
  /// The folders of `KindBench` that it needs.
  let needs: [String]
  /// Whether a folder in this place is wrong.
  var readsFile = true
  /// Whether the place is written.
  var writes = false
  /// Whether it is one of the few commands that are tried with every kind.
  var isExample = false

  var testDescription: String { "\(place): \(line)" }

  var program: Program {
    switch line.prefix(while: { $0 != " " }) {
    case "prep": .prep
    case "audit": .audit
    default: .train
    }
  }

  var arguments: [String] { line.split(separator: " ").dropFirst().map(String.init) }

  static let all = preparation + release + prepared + runs + outputs

  private static func command(_ place: String, _ line: String, _ needs: String...) -> KindCommand {
    KindCommand(place: place, line: line, needs: needs)
  }

  /// A place where a folder is allowed.
  private static func folder(_ place: String, _ line: String, _ needs: String...) -> KindCommand {
    KindCommand(place: place, line: line, needs: needs, readsFile: false)
  }

  private static func example(_ command: KindCommand) -> KindCommand {
    var command = command
    command.isExample = true
    return command
  }

  private static let mosei = "prep mosei --root corpus --out out -q"

  private static let preparation = [
    folder("X", "prep mosei --root X --out out", "corpus"),
    folder("corpus/acoustics", mosei, "corpus"),
    example(command("corpus/acoustics/CMU_MOSEI_COVAREP.csd", mosei, "corpus")),
    command("corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd", mosei, "corpus"),
    command("corpus/languages/CMU_MOSEI_TimestampedWordVectors.csd", mosei, "corpus"),
    command("corpus/labels/CMU_MOSEI_Labels.csd", mosei, "corpus"),
    command("X", mosei + " --audio X", "corpus"), command("X", mosei + " --visual X", "corpus"),
    command("X", mosei + " --text X", "corpus"), command("X", mosei + " --labels X", "corpus"),
    example(folder("X", mosei + " --folds X", "corpus")),
    command("lists/train.txt", mosei + " --folds lists/train.txt lists/valid.txt lists/test.txt", "corpus", "lists"),
    folder("lists/train.txt", mosei + " --folds lists", "corpus", "lists"),
    example(command("X", "prep mosei --root words --folds words/folds.json --glove X --out out -q", "words")),
    example(command("X", "prep run X")),
    command("pipe.yaml", "prep run multi.yaml -q", "multi.yaml"),
    folder("X", "prep inspect X"), folder("X.csd", "prep inspect X.csd"),
  ]

  private static let iemocap = "prep iemocap --root release --out out -q"

  private static let release =
    [
      folder("X", "prep iemocap --root X --out out"), folder("X", iemocap + " --folds X", "release"),
      command("X", iemocap + " --glove X", "release"),
      folder("X", iemocap + " --audio-features X", "release"), folder("X", iemocap + " --visual-features X", "release"),
      command("features/Ses01F_impro01_F000.npy", iemocap + " --audio-features features", "release"),
      command("features/Ses01F_impro01_F000.csv", iemocap + " --visual-features features", "release"),
    ]
    + [
      "dialog/transcriptions/Ses01F_impro01.txt", "dialog/EmoEvaluation/Ses01F_impro01.txt",
      "sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav",
      "sentences/MOCAP_rotated/Ses01F_impro01/Ses01F_impro01_F000.txt",
      "sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.wdseg",
    ].map { command("release/Session1/" + $0, iemocap, "release") }

  private static let prepared =
    [
      "prep verify X", "prep export X --to npz --out e", "audit --shards X --out a", "train --shards X --out r",
      "train predict --model run --shards X", "audit plant --kind scalers-all --shards X --out p",
      "audit verify audit/audit.intoto.json --shards X",
    ].map { folder("X", $0, "run", "audit") }
    + [
      "prep inspect prepared", "prep export prepared --to npz --out e", "train --shards prepared --out r",
      "train predict --model run --shards prepared", "audit plant --kind scalers-all --shards prepared --out p",
    ].map { command("prepared/manifest.json", $0 + " -q", "prepared", "run") }
    + [
      "prep export prepared --to npz --out e", "prep export prepared --to webdataset --out e",
      "train --shards prepared --out r --epochs 1", "train predict --model run --shards prepared",
      "audit plant --kind scalers-all --shards prepared --out p",
    ].map { command("prepared/shards/train-00000.safetensors", $0 + " -q", "prepared", "run") }
    + [
      example(
        command("prepared/scalers.safetensors", "train predict --model run --shards prepared -q", "prepared", "run")),
      command("prepared/samples.jsonl", "prep export prepared --to npz --out e -q", "prepared"),
      command("prepared/report.json", "audit plant --kind scalers-all --shards prepared --out p -q", "prepared"),
      example(folder("X", "audit --arrays X --out a")), command("X", "audit verify X --shards prepared", "prepared"),
      command("X", "audit --csd X --folds corpus/folds.json --out a", "corpus"),
      folder("X", "audit --csd corpus/acoustics/CMU_MOSEI_COVAREP.csd --folds X --out a", "corpus"),
      folder("X", "audit --shards prepared --sources X --out a", "prepared"),
      folder(
        "corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd", "audit --shards prepared --sources corpus --out a -q",
        "prepared", "corpus"),
      folder("X", "audit --shards prepared --run X --out a", "prepared"),
      folder("X", "audit verify audit/audit.intoto.json --shards prepared --run X", "audit", "prepared"),
      command("audit/audit.json", "audit verify audit/audit.intoto.json --shards prepared", "audit", "prepared"),
    ]

  private static let runs =
    ["results.json", "metrics_history.json", "predictions.csv", "best.safetensors", "last.safetensors"].map {
      command("run/" + $0, "audit --shards prepared --run run --out a -q", "prepared", "run")
    } + [
      folder("X", "train describe X"), folder("X", "train predict --model X --shards prepared", "prepared"),
      command("run/best.safetensors", "train describe run", "run"),
      command("run/best.safetensors", "train predict --model run --shards prepared -q", "run", "prepared"),
      command("run/last.safetensors", "train --shards prepared --out run --epochs 2 --resume -q", "run", "prepared"),
      example(command("X", "train --shards prepared --out r --init X --epochs 1 -q", "prepared")),
    ]

  private static let outputs =
    ([
      folder("out", mosei, "corpus"), folder("X", "train --shards prepared --out X --epochs 1 -q", "prepared"),
      folder("X", "audit --shards prepared --out X -q", "prepared"),
      folder("X", "prep export prepared --to npz --out X -q", "prepared"),
      folder("X", "prep sample mosei --out X --videos 6 --seconds 5 -q"), folder("X", "prep sample iemocap --out X -q"),
      folder("X", "audit plant --kind scalers-all --shards prepared --out X -q", "prepared"),
      example(command("X", "train predict --model run --shards prepared --out X -q", "run", "prepared")),
      command("X", "train describe run --svg X", "run"),
      command("X", "train --shards prepared --out r --save-init X --epochs 1 -q", "prepared"),
      command("npz/train.npz", "prep export prepared --to npz --out npz --overwrite -q", "prepared"),
    ]
    + ["report.html", "manifest.json", ".msa.lock", "samples.jsonl", ".state.json"].map {
      command("out/" + $0, mosei, "corpus")
    }
    + ["audit.json", "audit.html", "audit.intoto.json", ".msa.lock"].map {
      command("a/" + $0, "audit --shards prepared --out a -q", "prepared")
    }
    + ["model.onnx", "report.html", "training_metrics.png", ".msa.lock"].map {
      command("r/" + $0, "train --shards prepared --out r --epochs 1 -q", "prepared")
    }).map {
      var command = $0
      command.writes = true
      return command
    }
}

/// Small inputs of every kind, made once for all tests of a process.
enum KindBench {
  /// A hang is a failure, not a wait.
  static let timeout = ["/usr/bin/timeout", "30"]

  private static let folder = NSTemporaryDirectory() + "msa-kinds-\(getpid())"

  private static let made = Result {
    atexit { KindBench.remove() }
    try TinyCorpus().write(to: folder + "/corpus")
    var words = TinyCorpus()
    words.useWords()
    try words.write(to: folder + "/words")
    try TinyRelease().write(to: folder + "/release")
    try Folder.make(folder + "/lists")
    for (split, ids) in TinyCorpus().folds {
      try AtomicFile.write(ids.map { $0 + "\n" }.joined(), to: folder + "/lists/\(split).txt")
    }
    try AtomicFile.write("corpora: [pipe.yaml]\n", to: folder + "/multi.yaml")
    let steps: [(Program, String)] = [
      (.prep, "mosei --root corpus --folds corpus/folds.json --out prepared -q"),
      (.train, "--shards prepared --out run --epochs 1 -q"), (.audit, "--shards prepared --out audit -q"),
    ]
    for (program, line) in steps {
      let outcome = try program.run(line.split(separator: " ").map(String.init), in: folder)
      if outcome.status > 1 { throw DataError(.internalBug, outcome.message) }
    }
  }

  /// Copies some of the inputs.
  static func copy(_ names: [String], to target: String) throws {
    try made.get()
    for name in names { try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: target + "/" + name) }
  }

  private static func remove() {
    do { try Folder.remove(folder) } catch { print("left behind: \(folder): \(error)") }
  }
}
