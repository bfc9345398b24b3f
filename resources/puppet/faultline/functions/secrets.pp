# @summary The names of the secrets that a value of the catalogue asks for, however deep
# @api private
#
# @param value
#   A value as it is written in the catalogue
# @return The names
function faultline::secrets(Data $value) >> Array[String] {
  case $value {
    Hash: {
      $own = $value['secret'] ? {
        Undef   => [],
        default => [String($value['secret'])],
      }
      $value.values.reduce($own) |$found, $inner| { $found + faultline::secrets($inner) }
    }
    Array: {
      $value.reduce([]) |$found, $inner| { $found + faultline::secrets($inner) }
    }
    default: { [] }
  }
}
