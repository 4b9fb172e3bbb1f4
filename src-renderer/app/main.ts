// Where does the page start? Here: the lab of this page's host, in the page's only element.
import { connect } from '../client/connect.ts'
import { showWindow } from './mount.ts'

void showWindow(document.getElementById('window')!, connect)
