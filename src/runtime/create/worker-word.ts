/** The word with which the command is called again in a user namespace, to work on files; it is none of the commands. */
export const FILE_WORKER = 'work-on-files';
