# @summary A machine in Faultline's catalogue; faultline::agent exports it
#
# @param address
#   Host name or address that the controller reaches it by
# @param purpose
#   What it is for, in one line
# @param importance
#   How much it is needed for itself
# @param depends_on
#   Services and machines that it does not work without, such as its host
# @param facts_origin
#   How what it says of itself comes to the controller: the key `facts` of machines.yaml
# @param checks
#   Its checks, each with its `type`
define faultline::machine (
  String[1]                                 $address,
  String[1]                                 $purpose      = "Managed by Puppet as ${title}.",
  Enum['low', 'medium', 'high', 'critical'] $importance   = 'low',
  Array[Faultline::Name]                    $depends_on   = [],
  Hash[String[1], Data]                     $facts_origin = {},
  Array[Hash[String[1], Data]]              $checks       = [],
) {
  include faultline::controller

  $machine = assert_type(Faultline::Name, $title)
  # The key that the controller collects facts with proves who it is, and is told to nobody.
  $refusal = faultline::refusal($checks + [$facts_origin.filter |$origin| { $origin[0] != 'ssh' }])
  $content = $refusal ? {
    Undef   => {
      'machines' => {
        $machine => {
          'address'    => $address,
          'purpose'    => $purpose,
          'importance' => $importance,
          'depends-on' => $depends_on,
          'facts'      => $facts_origin,
          'checks'     => $checks,
        },
      },
    },
    default => { 'refused' => $refusal },
  }
  $own = "${faultline::controller::folder}/machine-${machine}"
  file { $own:
    ensure => directory,
    mode   => '0755',
  }
  file { "${own}/machines.yaml":
    ensure  => file,
    mode    => '0644',
    content => template('faultline/yaml.erb'),
  }
}
