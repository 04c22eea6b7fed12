@_exported public import Digests
@_exported public import Files
@_exported public import Signals
@_exported public import Text
