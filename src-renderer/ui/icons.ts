// Which pictures stand for what? Every icon of the window under the name that components use.
import activity from '@lucide/svelte/icons/activity'
import arrowRight from '@lucide/svelte/icons/arrow-right'
import box from '@lucide/svelte/icons/box'
import bookmark from '@lucide/svelte/icons/bookmark'
import camera from '@lucide/svelte/icons/camera'
import chartColumn from '@lucide/svelte/icons/chart-column'
import chevronDown from '@lucide/svelte/icons/chevron-down'
import chevronRight from '@lucide/svelte/icons/chevron-right'
import circleCheck from '@lucide/svelte/icons/circle-check'
import circleDot from '@lucide/svelte/icons/circle-dot'
import circleMinus from '@lucide/svelte/icons/circle-minus'
import circleQuestionMark from '@lucide/svelte/icons/circle-question-mark'
import circleX from '@lucide/svelte/icons/circle-x'
import blend from '@lucide/svelte/icons/blend'
import clock from '@lucide/svelte/icons/clock'
import columns2 from '@lucide/svelte/icons/columns-2'
import copy from '@lucide/svelte/icons/copy'
import cornerDownLeft from '@lucide/svelte/icons/corner-down-left'
import cpu from '@lucide/svelte/icons/cpu'
import database from '@lucide/svelte/icons/database'
import download from '@lucide/svelte/icons/download'
import ellipsis from '@lucide/svelte/icons/ellipsis'
import fileBox from '@lucide/svelte/icons/file-box'
import flag from '@lucide/svelte/icons/flag'
import flipHorizontal from '@lucide/svelte/icons/flip-horizontal'
import film from '@lucide/svelte/icons/film'
import folderOpen from '@lucide/svelte/icons/folder-open'
import gitBranch from '@lucide/svelte/icons/git-branch'
import graduationCap from '@lucide/svelte/icons/graduation-cap'
import gitCompare from '@lucide/svelte/icons/git-compare'
import hardDrive from '@lucide/svelte/icons/hard-drive'
import image from '@lucide/svelte/icons/image'
import images from '@lucide/svelte/icons/images'
import info from '@lucide/svelte/icons/info'
import keyboard from '@lucide/svelte/icons/keyboard'
import link from '@lucide/svelte/icons/link'
import lock from '@lucide/svelte/icons/lock'
import mapPin from '@lucide/svelte/icons/map-pin'
import hand from '@lucide/svelte/icons/hand'
import lasso from '@lucide/svelte/icons/lasso'
import mousePointer from '@lucide/svelte/icons/mouse-pointer-2'
import orbit from '@lucide/svelte/icons/orbit'
import rotate3d from '@lucide/svelte/icons/rotate-3d'
import squareDashed from '@lucide/svelte/icons/square-dashed'
import tag from '@lucide/svelte/icons/tag'
import maximize from '@lucide/svelte/icons/maximize'
import network from '@lucide/svelte/icons/network'
import notebookPen from '@lucide/svelte/icons/notebook-pen'
import panelLeft from '@lucide/svelte/icons/panel-left'
import panelRight from '@lucide/svelte/icons/panel-right'
import pause from '@lucide/svelte/icons/pause'
import pencil from '@lucide/svelte/icons/pencil'
import play from '@lucide/svelte/icons/play'
import plus from '@lucide/svelte/icons/plus'
import presentation from '@lucide/svelte/icons/presentation'
import puzzle from '@lucide/svelte/icons/puzzle'
import redo from '@lucide/svelte/icons/redo-2'
import refresh from '@lucide/svelte/icons/refresh-cw'
import ruler from '@lucide/svelte/icons/ruler'
import save from '@lucide/svelte/icons/save'
import scanEye from '@lucide/svelte/icons/scan-eye'
import search from '@lucide/svelte/icons/search'
import settings from '@lucide/svelte/icons/settings'
import shieldCheck from '@lucide/svelte/icons/shield-check'
import shuffle from '@lucide/svelte/icons/shuffle'
import square from '@lucide/svelte/icons/square'
import stepBack from '@lucide/svelte/icons/step-back'
import stepForward from '@lucide/svelte/icons/step-forward'
import table from '@lucide/svelte/icons/table'
import target from '@lucide/svelte/icons/target'
import terminal from '@lucide/svelte/icons/terminal'
import trash from '@lucide/svelte/icons/trash'
import triangleAlert from '@lucide/svelte/icons/triangle-alert'
import undo from '@lucide/svelte/icons/undo-2'
import x from '@lucide/svelte/icons/x'

export const icons = {
  activity,
  blend,
  'flip-horizontal': flipHorizontal,
  puzzle,
  'arrow-right': arrowRight,
  box,
  bookmark,
  camera,
  'chart-column': chartColumn,
  'chevron-down': chevronDown,
  'chevron-right': chevronRight,
  'circle-check': circleCheck,
  'circle-dot': circleDot,
  'circle-minus': circleMinus,
  'circle-question-mark': circleQuestionMark,
  'circle-x': circleX,
  clock,
  'columns-2': columns2,
  copy,
  'corner-down-left': cornerDownLeft,
  cpu,
  download,
  ellipsis,
  'file-box': fileBox,
  film,
  'folder-open': folderOpen,
  'git-compare': gitCompare,
  'hard-drive': hardDrive,
  image,
  images,
  info,
  keyboard,
  link,
  'map-pin': mapPin,
  database,
  hand,
  lasso,
  'mouse-pointer-2': mousePointer,
  orbit,
  'rotate-3d': rotate3d,
  'square-dashed': squareDashed,
  tag,
  maximize,
  network,
  'notebook-pen': notebookPen,
  'panel-left': panelLeft,
  'panel-right': panelRight,
  pause,
  pencil,
  play,
  plus,
  presentation,
  redo,
  refresh,
  ruler,
  save,
  'scan-eye': scanEye,
  search,
  settings,
  'shield-check': shieldCheck,
  shuffle,
  'step-back': stepBack,
  'step-forward': stepForward,
  table,
  terminal,
  trash,
  'triangle-alert': triangleAlert,
  undo,
  x,
  flag,
  'git-branch': gitBranch,
  'graduation-cap': graduationCap,
  lock,
  square,
  target,
} as const

export type IconName = keyof typeof icons
