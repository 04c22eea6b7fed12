public import ArrayFiles
public import TensorCore

extension FloatConversion {
  /// Converts stored values to float32; as many as `values` has room for.
  public static func widen(_ stored: UnsafeRawBufferPointer, _ type: StoredFloat, into values: Vector) {
    switch type {
    case .f32: copyFloat32(stored, into: values)
    case .f16: fromFloat16(stored, into: values)
    case .bf16: fromBFloat16(stored, into: values)
    }
  }
}
