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

  $checks.each |$check| {
    if $check['type'] in $faultline::controller::refused_types {
      fail("faultline::machine '${title}': checks of the type '${check['type']}' are not taken from Puppet, see faultline::controller")
    }
  }

  $own = "${faultline::controller::folder}/machine-${title}"
  $content = {
    'machines' => {
      $title => {
        'address'    => $address,
        'purpose'    => $purpose,
        'importance' => $importance,
        'depends-on' => $depends_on,
        'facts'      => $facts_origin,
        'checks'     => $checks,
      },
    },
  }
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
