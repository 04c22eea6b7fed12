import TensorCore

/// `x + dropout(branch)`: what joins a transformer's branch with what went around it.
final class Residual: Layer {
  let name: String
  let output: Slot
  let inputs: [Slot]
  var addsToInputs = [false, false]
  let backwardStageCount = 1
  private let memory: NetworkMemory
  private let dropout: Dropout

  /// Plans the layer; `x` and `branch` have the same rows and width.
  init(_ builder: NetworkBuilder, name: String, x: Slot, branch: Slot, dropout: Double) {
    self.name = name
    memory = builder.memory
    inputs = [x, branch]
    output = builder.slot("\(name).sum", like: x, width: x.width)
    self.dropout = Dropout(builder, probability: dropout, width: x.width)
    builder.node("Add", layer: name, [x.name, branch.name], output.name)
  }

  func forward(_ pass: Pass, _ share: Share) {
    // [rows, width] twice → [rows, width]; a share is a range of samples.
    let samples = share.range(of: pass.samples)
    let values = memory.arenas.values
    let y = output.matrix(in: values, samples: samples)
    LinearKernel.copy(inputs[1].matrix(in: values, samples: samples), into: y)
    LinearKernel.drop(y, dropout.mask(pass, share), firstRow: output.rows(of: samples).lowerBound)
    LinearKernel.copy(inputs[0].matrix(in: values, samples: samples), into: y, adding: true)
  }

  func backward(_ pass: Pass, stage: Int, _ share: Share) {
    // [rows, width] → [rows, width] twice; a share is a range of samples. The branch has no other use.
    let samples = share.range(of: pass.samples)
    let slopes = memory.arenas.slopes
    let gradient = output.matrix(in: slopes, samples: samples)
    let branch = inputs[1].matrix(in: slopes, samples: samples)
    LinearKernel.copy(gradient, into: branch)
    LinearKernel.drop(branch, dropout.mask(pass, share), firstRow: output.rows(of: samples).lowerBound)
    LinearKernel.copy(gradient, into: inputs[0].matrix(in: slopes, samples: samples), adding: addsToInputs[0])
  }
}
