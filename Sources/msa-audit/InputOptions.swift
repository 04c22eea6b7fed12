public import ArgumentParser
import Audit
import Console
import Corpora
import Leaks
import SplitArrays
import SplitLists
import Text

/// The options that select what is audited.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Prepared folders; several are audited together, as they are trained on.", valueName: "dir"))
  var shards: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Other people's computational sequences, features and labels; needs --folds.", valueName: "file"))
  var csd: [String] = []

  @Option(
    name: .customLong("folds"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "The fold list of --csd, in any form that msa-prep reads: Python lists, JSON, a .csv, or one list per split.",
      valueName: "file"))
  var foldFiles: [String] = []

  /// The files that `--folds` names, as one path; nil if it is not given.
  private var folds: String? { foldFiles.isEmpty ? nil : foldFiles.joined(separator: ",") }

  @Option(
    name: [.long, .customLong("npz")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Other people's arrays, .npz or pickles (.pkl, read without running them), in the layouts of MMSA, MulT, MultiBench, declare-lab and bc-LSTM: one file, one per split (train.npz, …), or one per modality of bc-LSTM.",
      valueName: "file"))
  var arrays: [String] = []

  @Option(
    help: ArgumentHelp(
      "The end at which samples of --arrays are padded with zeros, for modalities whose values leave it open.",
      valueName: "side"))
  var pad: PaddingSide?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Lists that say which sample is in which split, without features: CSV, TSV, JSON, JSON lines, or one list per split; folds are audited one by one.",
      valueName: "file"))
  var splits: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What the columns of --splits hold, if their names do not say, e.g. group=video_id,split=mode.",
      valueName: "field=column"))
  var columns: [String] = []

  @Option(
    help: ArgumentHelp("The encoding of --splits. (default: UTF-8, else GB18030 or Windows-1252)", valueName: "name"))
  var encoding: String?

  /// Opens the datasets.
  ///
  /// - Throws: `DataError` 64 if options cannot be combined, 65 or 66 if the input cannot be read.
  func datasets(threads: Int) throws -> [AuditedDataset] {
    let given = [("--shards", shards), ("--csd", csd), ("--arrays", arrays), ("--splits", splits)]
    let forms = given.filter { !$0.1.isEmpty }.map(\.0)
    guard let form = forms.first else {
      throw DataError(
        .usage, "nothing to audit is given",
        expected: "--shards <dir>, --csd <file> --folds <file>, --arrays <file> or --splits <file>")
    }
    if forms.count > 1 {
      throw DataError(.usage, "\(forms.joined(separator: " and ")) exclude each other", advice: "Give one of them.")
    }
    if form != "--splits" {
      if !columns.isEmpty { throw DataError(.usage, "--columns goes with --splits", advice: "Leave it out.") }
      if encoding != nil { throw DataError(.usage, "--encoding goes with --splits", advice: "Leave it out.") }
    }
    if form == "--csd" {
      guard let folds else {
        throw DataError(
          .usage, "--folds <file> is missing", expected: "the fold list with --csd",
          advice: "Name the file that says which recording is in which split.")
      }
      return [try AuditedDataset.sequences(csd, folds: folds, indexer: .forking)]
    }
    if folds != nil { throw DataError(.usage, "--folds goes with --csd", advice: "Leave it out, or give --csd.") }
    if form == "--arrays" { return [try AuditedDataset.arrays(arrays, pad: pad, threads: threads)] }
    if pad != nil { throw DataError(.usage, "--pad goes with --arrays", advice: "Leave it out, or give --arrays.") }
    if form == "--splits" {
      return try AuditedDataset.lists(splits, columns: try ColumnChoice(parsing: columns), encoding: encoding)
    }
    return try AuditedDataset.prepared(shards)
  }

  /// The options as they would be typed, for a hint.
  var arguments: String {
    let lists = [
      ("--shards", shards), ("--csd", csd), ("--folds", foldFiles), ("--arrays", arrays), ("--splits", splits),
      ("--columns", columns), ("--encoding", encoding.map { [$0] } ?? []),
    ]
    let given = lists.filter { !$0.1.isEmpty }.map { ([$0.0] + $0.1.map(shellPath)).joined(separator: " ") }
    return (given + (pad.map { ["--pad \($0.rawValue)"] } ?? [])).joined(separator: " ")
  }
}

extension PaddingSide: ExpressibleByArgument {}
