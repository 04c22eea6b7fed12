import Foundation
import Samples
import TestSupport
import Testing
import Text

@testable import Corpora

@Suite("Real and SDK-written files", .needsSharedData("mosi"))
struct SharedCSDTests {
  private let indexer = CSDIndexer.inProcess

  @Test(
    "the files of ../shared/data are read",
    arguments: [
      ("mosi/CMU_MOSI_ModifiedTimestampedWords.csd", "CMU_MOSI_ModifiedTimestampedWords", 93, 51_056, 1, true),
      ("mosi/CMU_MOSI_Opinion_Labels.csd", "Opinion Segment Labels", 93, 2_199, 1, false),
      ("mosei-tiny/acoustics/CMU_MOSEI_COVAREP.csd", "COVAREP", 10, 22_671, 74, false),
      ("mosei-tiny/visuals/CMU_MOSEI_VisualOpenFace2.csd", "OpenFace_2", 10, 6_799, 713, false),
      ("sdk-golden/corpus/audio.csd", "COAVAREP", 15, 30_529, 11, false),
      ("sdk-golden/corpus/visual.csd", "FACET 4.2", 13, 7_296, 17, false),
    ])
  func files(name: String, rootName: String, entries: Int, rows: Int, width: Int, isText: Bool) throws {
    let file = try CSDFile.open(SharedData.folder + "/" + name, indexer: indexer)
    #expect(file.rootName == rootName)
    #expect(file.entries.count == entries)
    #expect(file.rowCount == rows)
    #expect(file.width == width)
    #expect(file.isText == isText)
    #expect(file.metadata["root name"]?.text == rootName)
    #expect(file.recordings.count == entries)
  }

  @Test("CMU-MOSI's column \"sentiment score\" is the sentiment; CMU-MOSEI has seven columns")
  func labelNames() throws {
    let mosi = try CSDFile.open(SharedData.folder + "/mosi/CMU_MOSI_Opinion_Labels.csd", indexer: indexer)
    #expect(try CSDLabels(of: mosi).names == ["sentiment"])
    let mosei = try CSDFile.open(SharedData.folder + "/mosei-tiny/labels/CMU_MOSEI_Labels.csd", indexer: indexer)
    #expect(try CSDLabels(of: mosei).names == CSDLabels.mosei)
    let golden = try CSDFile.open(SharedData.folder + "/sdk-golden/corpus/labels.csd", indexer: indexer)
    #expect(try CSDLabels(of: golden).names == CSDLabels.mosei)
  }

  @Test("a folder with MOSEI's sub-folders and a folder that has to be searched are both read")
  func folders() throws {
    let tiny = try CSDFolder.open(
      root: SharedData.folder + "/mosei-tiny", modalities: [.text, .visual, .audio], indexer: indexer)
    #expect(tiny.files[.visual]?.rootName == "OpenFace_2")
    #expect(tiny.labels.rootName == "All Labels")
    let golden = try CSDFolder.open(
      root: SharedData.folder + "/sdk-golden", modalities: [.visual, .audio, .text], indexer: indexer)
    #expect(golden.files[.audio]?.rootName == "COAVAREP")
    let mosi = try CSDFolder.open(
      root: SharedData.folder + "/mosi", modalities: [.text], prefersWords: true, indexer: indexer)
    #expect(mosi.files[.text]?.isText == true)
  }
}
