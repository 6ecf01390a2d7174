/** Finds the parts of a float graph that one int8 kernel can do. */
package io.pitlane.quantize.block;
