/**
 * Static pages of what works and what does not. {@code Pages} makes a view model of plain values (what it leaves out
 * is on no page), the templates under {@code src/main/jte} show it, {@link io.faultline.overview.Overview} writes files.
 */
package io.faultline.overview;
