/** The search's side of the exchange of trials and scores. */
package io.pitlane.nas.coordinate;
