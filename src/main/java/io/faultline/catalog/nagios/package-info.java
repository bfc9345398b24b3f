/**
 * Reads object files of Nagios 4, as people and Puppet ({@code nagios_host}, {@code nagios_service},
 * {@code nagios_command}) write them, into hosts and the commands that test them. Sources: the Nagios Core manual,
 * "Object Definitions", "Object Inheritance", "Time-Saving Tricks" and "Standard Macros"; where it is silent, what
 * Nagios 4 does.
 */
package io.faultline.catalog.nagios;
