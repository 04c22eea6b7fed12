import ArgumentParser
import Console

/// `msa-prep mosi`: CMU-MOSI's .csd files to shards.
struct MOSI: PreparationCommand {
  static let dataset = "CMU-MOSI"

  static let configuration = CommandConfiguration(
    commandName: "mosi",
    abstract: "Prepare CMU-MOSI: .csd files to shards, with the reader that mosei uses.",
    discussion: """
      Examples (the built-in sample stands in for CMU-MOSI, whose files look the same):
        msa-prep sample mosei --out corpus
        msa-prep mosi --root corpus --out prepared-mosi
        msa-prep mosi --root corpus --modalities text --out prepared-text

      Where the text sequence holds words instead of vectors, add --glove FILE.
      """)

  @OptionGroup(title: "Preparation options") var options: PreparationOptions
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
