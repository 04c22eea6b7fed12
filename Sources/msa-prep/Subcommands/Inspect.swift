import ArgumentParser
import Console
import Corpora
import Files
import Preparation
import Shards
import Text

/// `msa-prep inspect`: shows the contents of a file, an archive or a folder.
struct Inspect: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a .csd file, a release, a pickle, a shard or a prepared folder holds.",
    discussion: """
      Examples:
        msa-prep sample mosei --out inspect-raw
        msa-prep mosei --root inspect-raw --out inspected
        msa-prep inspect inspect-raw/labels/CMU_MOSEI_Labels.csd
        msa-prep inspect inspected
        msa-prep inspect inspected/shards/train-00000.safetensors --json
      """)

  @Argument(
    help: "A .csd file, the folder or archive of a release, a pickle, an .npz file, a shard or a prepared folder.")
  var path: String

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let inspection = try inspection
    return CommandResult(text: PreparedFolder.text(of: inspection), json: inspection)
  }

  private var inspection: JSONValue {
    get throws {
      if !path.hasSuffix(".csd") {
        for corpus in CorpusRegistry.shipped.corpora {
          if let description = try corpus.describe(path) { return description }
        }
      }
      if try Folder.entry(at: path) == .folder { return try PreparedFolder.inspect(path) }
      switch try FileKind(of: path) {
      case _ where path.hasSuffix(".csd"), .hdf5: return try CSDInspection.describe(path, indexer: MSAPrep.indexer)
      // A damaged shard is of unknown kind too.
      case .safetensors, .unknown: return try PreparedFolder.inspect(path)
      case let kind:
        throw kind.refusal(
          of: path,
          expected:
            "a .csd file, a release (a folder, .tar, .tar.gz, .tar.xz or .zip), a pickle, an .npz file, a shard or a prepared "
            + "folder")
      }
    }
  }
}
