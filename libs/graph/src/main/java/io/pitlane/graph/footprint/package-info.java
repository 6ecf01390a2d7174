/** Parameters and multiply-accumulate operations, in all and by layer. */
package io.pitlane.graph.footprint;
