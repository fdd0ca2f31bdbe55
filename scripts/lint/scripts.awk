# SPDX-License-Identifier: MIT
#
# Prints the shell scripts among the files: "posix FILE", or "other FILE" for another shell than sh.

FNR == 1 {
	if (/^#! *\/bin\/sh( |$)/ || /^# shellcheck shell=sh( |$)/)
		print "posix", FILENAME
	else if (/^#!.*[\/ ](ba|da|k|z)?sh( |$)/ || /^# shellcheck shell=/)
		print "other", FILENAME
}
