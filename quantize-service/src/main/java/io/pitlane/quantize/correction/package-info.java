/**
 * Corrections of a quantized graph that need neither labels nor training: what a layer is taken to
 * be, and what is done about its error.
 */
package io.pitlane.quantize.correction;
