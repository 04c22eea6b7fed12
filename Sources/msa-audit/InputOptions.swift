import ArgumentParser
import Audit
import Console
import Corpora
import Leaks
import Text

/// The options that say what is audited.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Prepared folders; several are audited together, as they are trained on.", valueName: "dir"))
  var shards: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Computational sequences that others made, features and labels; needs --folds.", valueName: "file"))
  var csd: [String] = []

  @Option(
    name: .customLong("folds"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "The fold list of --csd, in any form that msa-prep reads: Python lists, JSON, a .csv, or one list a split.",
      valueName: "file"))
  var foldFiles: [String] = []

  /// What `--folds` names, as one path; nil where it is not given.
  private var folds: String? { foldFiles.isEmpty ? nil : foldFiles.joined(separator: ",") }

  @Option(
    name: [.long, .customLong("npz")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Other people's arrays, .npz or pickles (.pkl, read without running them), in the layouts of MMSA, MulT, MultiBench and declare-lab: one file, or one per split (train.npz, …).",
      valueName: "file"))
  var arrays: [String] = []

  @Option(
    help: ArgumentHelp(
      "The end at which samples of --arrays are padded with zeros, for modalities whose values leave it open.",
      valueName: "side"))
  var pad: PaddingSide?

  /// Opens the data sets.
  ///
  /// - Throws: `DataError` 64 where options do not go together, 65 or 66 where the input cannot be read.
  func datasets(threads: Int) throws -> [AuditedDataset] {
    let forms = [shards.isEmpty ? nil : "--shards", csd.isEmpty ? nil : "--csd", arrays.isEmpty ? nil : "--arrays"]
      .compactMap(\.self)
    guard let form = forms.first else {
      throw DataError(
        .usage, "nothing to audit is given", expected: "--shards <dir>, --csd <file> --folds <file> or --arrays <file>")
    }
    if forms.count > 1 {
      throw DataError(.usage, "\(forms.joined(separator: " and ")) exclude each other", advice: "Give one of them.")
    }
    if form == "--csd" {
      guard let folds else {
        throw DataError(
          .usage, "--folds <file> is missing", expected: "the fold list beside --csd",
          advice: "Name the file that says which recording is in which split.")
      }
      return [try AuditedDataset.sequences(csd, folds: folds, indexer: .forking)]
    }
    if folds != nil { throw DataError(.usage, "--folds goes with --csd", advice: "Leave it out, or give --csd.") }
    if form == "--arrays" { return [try AuditedDataset.arrays(arrays, pad: pad, threads: threads)] }
    if pad != nil { throw DataError(.usage, "--pad goes with --arrays", advice: "Leave it out, or give --arrays.") }
    return try AuditedDataset.prepared(shards)
  }

  /// The options as they would be typed, to name them in a hint.
  var arguments: String {
    let lists = [("--shards", shards), ("--csd", csd), ("--folds", foldFiles), ("--arrays", arrays)]
    let given = lists.filter { !$0.1.isEmpty }.map { ([$0.0] + $0.1.map(shellPath)).joined(separator: " ") }
    return (given + (pad.map { ["--pad \($0.rawValue)"] } ?? [])).joined(separator: " ")
  }
}

extension PaddingSide: ExpressibleByArgument {}
