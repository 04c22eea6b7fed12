import Testing

@Suite("Fitting accepts only a train split")
struct TrainOnlyFitTests {
  /// A call of `fit` with `argument` as its split.
  private func call(_ argument: String) -> String {
    """
    import Preparation
    import Samples
    import TensorCore
    import Workers

    func fit(_ partition: Partition, _ rows: MemoryRows, _ workers: OrderedWorkers) throws -> RobustScaler {
      try RobustScaler.fit(on: \(argument), rows: { _ in rows }, samplesDigest: "", workers: workers)
    }
    """
  }

  @Test("the train split of a partition compiles")
  func train() throws {
    #expect(try Typecheck.messages(call("partition.train")) == "")
  }

  @Test("a held-out split does not compile", arguments: ["partition.valid", "partition.test"])
  func heldOut(argument: String) throws {
    let messages = try Typecheck.messages(call(argument))
    #expect(messages.contains("cannot convert value of type 'HeldOutSplit' to expected argument type 'TrainSplit'"))
  }

  @Test("held-out groups cannot be dressed up as a train split")
  func forgedSplit() throws {
    let messages = try Typecheck.messages(call("TrainSplit(groups: partition.test.groups)"))
    #expect(messages.contains("'TrainSplit' initializer is inaccessible due to 'fileprivate' protection level"))
  }

  @Test("a scaler cannot be made from column statistics by hand")
  func forgedScaler() throws {
    let snippet = """
      import Preparation
      import TensorCore

      func forge(_ columns: [ColumnQuartiles]) -> RobustScaler {
        RobustScaler(columns: columns, rowCount: 1, samplesDigest: "")
      }
      """
    let messages = try Typecheck.messages(snippet)
    // The compiler suggests the only initialiser there is: the one for stored numbers.
    #expect(messages.contains("extra argument 'columns' in call"))
    #expect(messages.contains("missing arguments for parameters 'storedCenter', 'scale' in call"))
  }
}
