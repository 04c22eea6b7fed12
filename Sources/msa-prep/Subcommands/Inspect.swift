import ArgumentParser
import Console
import Corpora
import Preparation
import Shards
import Storage

/// `msa-prep inspect`: what a file, an archive or a folder holds.
struct Inspect: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a .csd file, an IEMOCAP release, a shard or a prepared folder holds.",
    discussion: """
      Examples (after: msa-prep sample mosei --out corpus && msa-prep mosei --root corpus --out prepared):
        msa-prep inspect corpus/labels/CMU_MOSEI_Labels.csd
        msa-prep inspect prepared
        msa-prep inspect prepared/shards/train-00000.safetensors --json
      """)

  @Argument(help: "A .csd file, the folder or archive of a release, a shard or a prepared folder.")
  var path: String

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let inspection =
      if try isHDF5 {
        try CSDInspection.describe(path, indexer: MSAPrep.indexer)
      } else if try ReleaseInspection.isRelease(path) {
        try ReleaseInspection.describe(path)
      } else {
        try PreparedFolder.inspect(path)
      }
    return CommandResult(text: PreparedFolder.text(of: inspection), json: inspection)
  }

  /// By its name, or by the signature that HDF5 files begin with.
  private var isHDF5: Bool {
    get throws {
      if Folder.isFolder(path) { return false }
      if path.hasSuffix(".csd") { return true }
      let file = try InputFile(path: path)
      let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
      var start = [UInt8](repeating: 0, count: min(signature.count, file.byteCount))
      try start.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
      return start == signature
    }
  }
}
