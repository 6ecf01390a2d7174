/** A run as its user sees it: from the plan file to the results on disk. */
package io.pitlane.cli.work;
