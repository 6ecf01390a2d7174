/** A run of a plan, from the packed inputs to the results on disk, with its progress on screen. */
package io.pitlane.cli.run;
