/** What machines say of themselves: the agent's format, and reports that are signed with a machine's SSH host key. */
package io.faultline.machine;
